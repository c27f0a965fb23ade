/** Up to here a body is counted for nothing, so that ordinary manifests come through whatever others do. */
export const smallBytes = 64 * 1024;

/** Of one host, whatever its ports: who sends slowly what others wait for holds up itself. */
const hostShare = 1 / 4;

interface Waiting {
  readonly host: string;
  readonly bytes: number;
  readonly enter: () => void;
}

/**
 * Bounds what large answers under way may hold together: some hundred tags of one tenant must not cost the process its memory. A body
 * takes all its room at once, so that no two wait for what the other holds.
 */
export class LargeBodies {
  readonly #bytes: number;
  readonly #mostOfHost: number;
  readonly #held = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();
  #used = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
    this.#mostOfHost = bytes * hostShare;
  }

  /**
   * Waits for room, first come, first served; but a host that has its share holds up no other.
   *
   * @param bytes more than a host's share is counted as the share
   * @returns gives the room back; to be called once
   * @throws the signal's reason
   */
  async take(host: string, bytes: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const counted = Math.min(bytes, this.#mostOfHost);
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(waiting);
        reject(signal.reason);
        // it may have been what those behind it waited for
        this.#admit();
      };
      const enter = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const waiting: Waiting = { host, bytes: counted, enter };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(waiting);
      this.#admit();
    });
    return () => {
      this.#count(host, -counted);
      this.#admit();
    };
  }

  #admit(): void {
    const full = new Set<string>();
    for (const waiting of this.#waiting) {
      const { host, bytes } = waiting;
      if (full.has(host)) continue;
      if (this.#heldBy(host) + bytes > this.#mostOfHost) {
        full.add(host);
        continue;
      }
      if (this.#used + bytes > this.#bytes) return;
      this.#waiting.delete(waiting);
      this.#count(host, bytes);
      waiting.enter();
    }
  }

  #heldBy(host: string): number {
    return this.#held.get(host) ?? 0;
  }

  #count(host: string, bytes: number): void {
    this.#used += bytes;
    const held = this.#heldBy(host) + bytes;
    if (held > 0) this.#held.set(host, held);
    else this.#held.delete(host);
  }
}
