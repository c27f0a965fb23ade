import { type BackoffLimits, backoffDelay, type Clock } from '../cluster/index.ts';

/** How a queue works its keys. Times in milliseconds. */
export interface WorkQueueOptions {
  /** Does the work of one key; never called twice at a time for the same key. A rejection brings the key back later. */
  readonly work: (key: string, signal: AbortSignal) => Promise<void>;
  /** Told of each failure, before the key comes back. */
  readonly onError: (key: string, error: unknown, delayMs: number) => void;
  /** Keys worked at the same time. */
  readonly parallel: number;
  readonly clock: Clock;
  readonly random?: () => number;
  /** How long a key that failed waits; from half a second to five minutes unless given. */
  readonly backoff?: BackoffLimits;
}

interface Ready {
  readonly since: number;
}

const defaultBackoff: BackoffLimits = { baseMs: 500, capMs: 300_000 };

/**
 * Keys to be worked: each at most once at a time, and however often it was added meanwhile, only once more afterwards. A key
 * may also be due later; the earliest of its times counts. Level-triggered: a key says that there may be something to do, not what.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #ready = new Map<string, Ready>();
  readonly #working = new Set<string>();
  readonly #again = new Set<string>();
  readonly #later = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  readonly #failures = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #idle: (() => void)[] = [];
  #started = false;
  /** Passes over each key once: a new iterator would pass over the places of all that were taken before. */
  #order: Iterator<string>;
  /** Works begun in this turn of the event loop. */
  #begun = 0;
  #nextTurn: NodeJS.Immediate | undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#order = this.#ready.keys();
  }

  /** Keys that wait to be worked now. */
  get depth(): number {
    return this.#ready.size;
  }

  /** For how long the first of them has waited. */
  get oldestMs(): number {
    for (const { since } of this.#ready.values()) return this.#options.clock.now() - since;
    return 0;
  }

  /** Keys that are worked at this moment. */
  get working(): number {
    return this.#working.size;
  }

  /** Begins to work; keys may have been added before. */
  start(): void {
    this.#started = true;
    this.#next();
  }

  add(key: string): void {
    this.#forgetLater(key);
    if (this.#stop.signal.aborted) return;
    if (this.#working.has(key)) this.#again.add(key);
    else if (!this.#ready.has(key)) this.#ready.set(key, { since: this.#options.clock.now() });
    this.#next();
  }

  /** Adds the key at that time, in milliseconds since the epoch, unless it is due earlier anyway. */
  addAt(key: string, at: number): void {
    if (this.#stop.signal.aborted || this.#ready.has(key) || this.#again.has(key)) return;
    const known = this.#later.get(key);
    if (known !== undefined && known.at <= at) return;
    known?.cancel();
    const delay = at - this.#options.clock.now();
    if (delay <= 0) {
      this.add(key);
      return;
    }
    const cancel = this.#options.clock.after(Math.min(delay, longestTimerMs), () => {
      this.#later.delete(key);
      // a timer cannot be longer than 24 days
      this.addAt(key, at);
    });
    this.#later.set(key, { at, cancel });
  }

  /** Lets a key go that is not wanted any more; work under way is not stopped. */
  remove(key: string): void {
    this.#forgetLater(key);
    this.#ready.delete(key);
    this.#again.delete(key);
    this.#failures.delete(key);
  }

  /** Takes nothing new, tells the work under way by its signal, and resolves when that has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const { cancel } of this.#later.values()) cancel();
    this.#later.clear();
    this.#ready.clear();
    this.#again.clear();
    if (this.#working.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #forgetLater(key: string): void {
    this.#later.get(key)?.cancel();
    this.#later.delete(key);
  }

  #next(): void {
    if (!this.#started) return;
    while (this.#working.size < this.#options.parallel && this.#begun < mostInOneTurn) {
      const key = this.#take();
      if (key === undefined) return;
      this.#working.add(key);
      this.#begun += 1;
      this.#nextTurn ??= setImmediate(() => this.#turn());
      void this.#work(key);
    }
  }

  #turn(): void {
    this.#nextTurn = undefined;
    this.#begun = 0;
    this.#next();
  }

  /** The key that has waited longest. */
  #take(): string | undefined {
    let { value: key, done } = this.#order.next();
    if (done === true) {
      this.#order = this.#ready.keys();
      ({ value: key, done } = this.#order.next());
    }
    if (done === true) return undefined;
    this.#ready.delete(key);
    return key;
  }

  async #work(key: string): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    try {
      await this.#options.work(key, this.#stop.signal);
    } catch (error) {
      failure = { error };
    }
    this.#working.delete(key);
    const again = this.#again.delete(key);
    if (failure !== undefined) this.#failed(key, failure.error);
    else this.#failures.delete(key);
    if (again && failure === undefined) this.add(key);
    if (this.#stop.signal.aborted && this.#working.size === 0) for (const resolve of this.#idle) resolve();
    this.#next();
  }

  #failed(key: string, error: unknown): void {
    if (this.#stop.signal.aborted) return;
    const { clock, random = Math.random, backoff = defaultBackoff, onError } = this.#options;
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const delayMs = backoffDelay(failures, random(), backoff);
    onError(key, error, delayMs);
    this.addAt(key, clock.now() + delayMs);
  }
}

/** Work that finds nothing to do waits for nobody; thousands of them must not keep the lead from being renewed meanwhile. */
const mostInOneTurn = 32;

const longestTimerMs = 2 ** 31 - 1;
