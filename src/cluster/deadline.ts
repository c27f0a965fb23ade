import type { Clock } from './clock.ts';

/** An abort signal that fires when the parent's does, or when time armed with `arm` runs out. */
export class Deadline {
  readonly #clock: Clock;
  readonly #parent: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #onParentAbort = () => this.#controller.abort();
  #cancelTimer = () => {};
  #expired = false;

  constructor(clock: Clock, parent?: AbortSignal) {
    this.#clock = clock;
    this.#parent = parent;
    if (parent?.aborted) this.#controller.abort();
    else parent?.addEventListener('abort', this.#onParentAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True when the time ran out, false when the parent aborted or nothing happened. */
  get expired(): boolean {
    return this.#expired;
  }

  /** Starts the time again from now. */
  arm(ms: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(ms, () => {
      this.#expired = true;
      this.#controller.abort();
    });
  }

  /** Lets go of the timer and the parent. Must be called when the work is over. */
  release(): void {
    this.#cancelTimer();
    this.#parent?.removeEventListener('abort', this.#onParentAbort);
  }
}
