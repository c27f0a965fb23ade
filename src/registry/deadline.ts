import type { Clock } from './clock.ts';

/** What had to happen in time: a clause for a sentence. */
export type Stage = 'did not answer' | 'did not send the rest of its answer';

/** An abort signal that fires when the parent's does, or when a time runs out. */
export class Deadline {
  readonly #clock: Clock;
  readonly #parent: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #onParentAbort = () => this.#controller.abort();
  #stage: Stage = 'did not answer';
  #expired = false;
  #cancelStage = () => {};
  readonly #cancelTotal: () => void;

  /** @param totalMs time for all stages together */
  constructor(clock: Clock, totalMs: number, parent?: AbortSignal) {
    this.#clock = clock;
    this.#parent = parent;
    this.#cancelTotal = clock.after(totalMs, () => this.#expire());
    if (parent?.aborted) this.#controller.abort();
    else parent?.addEventListener('abort', this.#onParentAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The stage in which a time ran out. */
  get expiredAt(): Stage | undefined {
    return this.#expired ? this.#stage : undefined;
  }

  /** Begins a stage, or its time anew. */
  arm(ms: number, stage: Stage): void {
    this.#cancelStage();
    this.#stage = stage;
    this.#cancelStage = this.#clock.after(ms, () => this.#expire());
  }

  /** Stops the time of the stage, not that of all together, until a stage is armed. */
  pause(): void {
    this.#cancelStage();
  }

  /** Lets go of timers and parent. Must be called when the work is over. */
  release(): void {
    this.#cancelStage();
    this.#cancelTotal();
    this.#parent?.removeEventListener('abort', this.#onParentAbort);
  }

  #expire(): void {
    this.#expired = true;
    this.#controller.abort();
  }
}
