import type { Clock } from './clock.ts';

/** A time of leading: ends when told to, or when it is not renewed before its deadline. */
export class Term {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #controller = new AbortController();
  #until: number;
  #cancelTimer = () => {};

  /** @param since the last proof, as in `renew` */
  constructor(clock: Clock, deadlineMs: number, since: number) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
    this.#until = since + deadlineMs;
    this.#arm();
  }

  /** Aborts at the end of the term. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Also false when the deadline has passed and the timer is late, as after a pause of the whole process. */
  get active(): boolean {
    return !this.signal.aborted && this.#clock.now() < this.#until;
  }

  /** Counts the deadline from `since` on; a proof that comes too late ends the term. */
  renew(since: number): void {
    if (!this.active) {
      this.end();
      return;
    }
    this.#until = Math.max(this.#until, since + this.#deadlineMs);
    this.#arm();
  }

  end(): void {
    this.#cancelTimer();
    this.#controller.abort();
  }

  #arm(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(this.#until - this.#clock.now(), () => this.end());
  }
}
