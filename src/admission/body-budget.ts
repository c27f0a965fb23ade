/**
 * Bounds what all request bodies under way may hold together: hundreds of large reviews at once must not cost the process
 * its memory, and with it every review.
 */
export class BodyBudget {
  readonly #bytes: number;
  #used = 0;

  constructor(bytes = 64 * 1024 * 1024) {
    this.#bytes = bytes;
  }

  /** Takes so many bytes; false, and nothing taken, when they are not there. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.#bytes) return false;
    this.#used += bytes;
    return true;
  }

  /** Gives back what was taken. */
  release(bytes: number): void {
    this.#used -= bytes;
  }
}
