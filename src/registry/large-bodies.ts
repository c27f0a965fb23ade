/** Up to here a body is counted for nothing, so that ordinary manifests come through whatever others do. */
const smallBytes = 64 * 1024;

/**
 * Bounds what large answers under way may hold together: some hundred tags of one tenant must not cost the process its memory.
 */
export class LargeBodies {
  readonly #bytes: number;
  #used = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** The account of one answer. */
  open(): LargeBody {
    let size = 0;
    let taken = 0;
    return {
      take: (bytes) => {
        size += bytes;
        const more = Math.max(0, size - smallBytes) - taken;
        if (this.#used + more > this.#bytes) return false;
        this.#used += more;
        taken += more;
        return true;
      },
      close: () => {
        this.#used -= taken;
        taken = 0;
      },
    };
  }
}

export interface LargeBody {
  /** False when the bytes may not be kept. */
  take(bytes: number): boolean;
  /** Gives back what was taken. */
  close(): void;
}
