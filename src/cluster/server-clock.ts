import type { Clock } from './clock.ts';

/**
 * What the clock of the API server shows, going by the `Date` of its last answer (RFC 9110; whole seconds). Between answers this process
 * counts on steadily, so its own wall clock may be wrong, or jump, as it likes.
 */
export class ServerClock {
  readonly #clock: Clock;
  #aheadMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In milliseconds since the epoch; before the first answer by this process's clock. */
  now(): number {
    return this.#clock.now() + this.#aheadMs;
  }

  /** @param date the header of an answer that has just come */
  heard(date: string | undefined): void {
    const server = Date.parse(date ?? '');
    if (!Number.isNaN(server)) this.#aheadMs = server - this.#clock.now();
  }
}
