import { describeError, type Logger } from '../telemetry/index.ts';

export interface PolledSourceOptions<T> {
  /** Gives what should be in use now, or rejects when there is nothing fit for use. */
  readonly source: () => Promise<T>;
  readonly isSame: (one: T, other: T) => boolean;
  /** Tells that something else is in use from now on. */
  readonly onSwapped: (current: T) => void;
  /** What stays as it is while the source is broken, as a sentence. */
  readonly stays: string;
  readonly logger: Logger;
  /** Milliseconds between two looks at the source. A minute unless told. */
  readonly intervalMs?: number | undefined;
}

const defaultIntervalMs = 60_000;

/** What somebody else keeps somewhere, looked at again and again. A broken source is told once, and the last that was fit for use stays. */
export class PolledSource<T> {
  readonly #options: PolledSourceOptions<T>;
  readonly #listeners = new Set<(current: T) => void>();
  readonly #timer: NodeJS.Timeout;
  #current: T;
  #lastFault: string | undefined;
  #checking: Promise<void> | undefined;

  private constructor(options: PolledSourceOptions<T>, first: T) {
    this.#options = options;
    this.#current = first;
    this.#timer = setInterval(() => void this.check(), options.intervalMs ?? defaultIntervalMs);
    this.#timer.unref();
  }

  /** Rejects as the source does when there is nothing to begin with. */
  static async start<T>(options: PolledSourceOptions<T>): Promise<PolledSource<T>> {
    return new PolledSource(options, await options.source());
  }

  /** The last that was fit for use. */
  get current(): T {
    return this.#current;
  }

  /** Calls back with what is new, from the next change on; gives the function that ends it. */
  onChange(listener: (current: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at the source now; never rejects. */
  check(): Promise<void> {
    this.#checking ??= this.#look().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    const { source, isSame, stays, logger } = this.#options;
    try {
      const found = await source();
      if (!isSame(found, this.#current)) this.#swap(found);
      this.#lastFault = undefined;
    } catch (error) {
      const fault = describeError(error).message;
      if (fault === this.#lastFault) return;
      this.#lastFault = fault;
      logger.error({ err: error }, `${stays} ${fault}`);
    }
  }

  #swap(found: T): void {
    for (const listener of this.#listeners) listener(found);
    this.#current = found;
    this.#options.onSwapped(found);
  }
}
