/** What waits for a place. */
interface Waiting {
  readonly begin: () => void;
  readonly since: number;
}

/** Those who wait, by owner, in the order of the owners' turns. */
type Turns = Map<string, Set<Waiting>>;

export interface SlotsOptions {
  readonly count: number;
  /** Places of one owner at the same time. */
  readonly share: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Whose work it is, and how it is to be treated. */
export interface Claim {
  readonly owner: string;
  /** Before all that is not. */
  readonly urgent: boolean;
  /** Gives the place in the queue up. */
  readonly signal: AbortSignal;
}

/**
 * A fixed number of places for work. Whoever finds none free waits; places go round among owners, and one owner never has more
 * than a share of them, so that a thousand tags at a registry that does not answer hold up nobody else's.
 */
export class Slots {
  readonly #options: SlotsOptions;
  readonly #urgent: Turns = new Map();
  readonly #ordinary: Turns = new Map();
  readonly #running = new Map<string, number>();
  #free: number;

  constructor(options: SlotsOptions) {
    this.#options = options;
    this.#free = options.count;
  }

  /** How many wait for a place. */
  get waiting(): number {
    let sum = 0;
    for (const waiting of this.#all()) sum += waiting.size;
    return sum;
  }

  /** For how long the first of them has waited, in milliseconds. */
  get oldestMs(): number {
    let oldest = this.#options.now();
    for (const [first] of this.#all()) oldest = Math.min(oldest, first?.since ?? oldest);
    return this.#options.now() - oldest;
  }

  /** Runs the work as soon as there is a place for its owner; rejects with the signal's reason when that aborts before. */
  async run<T>(claim: Claim, work: () => Promise<T>): Promise<T> {
    await this.#place(claim);
    try {
      return await work();
    } finally {
      this.#release(claim.owner);
    }
  }

  #place({ owner, urgent, signal }: Claim): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const turns = urgent ? this.#urgent : this.#ordinary;
      const giveUp = () => {
        leave(turns, owner, waiting);
        reject(signal.reason);
      };
      const begin = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const waiting = { begin, since: this.#options.now() };
      signal.addEventListener('abort', giveUp, { once: true });
      const own = turns.get(owner);
      if (own === undefined) turns.set(owner, new Set([waiting]));
      else own.add(waiting);
      this.#next();
    });
  }

  #release(owner: string): void {
    this.#free += 1;
    const running = (this.#running.get(owner) ?? 1) - 1;
    if (running === 0) this.#running.delete(owner);
    else this.#running.set(owner, running);
    this.#next();
  }

  #next(): void {
    while (this.#free > 0 && (this.#take(this.#urgent) || this.#take(this.#ordinary))) this.#free -= 1;
  }

  /** Lets the next one begin, if there is one that may. */
  #take(turns: Turns): boolean {
    for (const [owner, own] of turns) {
      const running = this.#running.get(owner) ?? 0;
      const [first] = own;
      if (running >= this.#options.share || first === undefined) continue;
      leave(turns, owner, first);
      // whoever had a turn goes to the end; a turn is a whole share, as imports of one namespace share what they have to read
      if (running + 1 >= this.#options.share && turns.delete(owner)) turns.set(owner, own);
      this.#running.set(owner, running + 1);
      first.begin();
      return true;
    }
    return false;
  }

  *#all(): Iterable<ReadonlySet<Waiting>> {
    yield* this.#urgent.values();
    yield* this.#ordinary.values();
  }
}

function leave(turns: Turns, owner: string, waiting: Waiting): void {
  const own = turns.get(owner);
  own?.delete(waiting);
  if (own?.size === 0) turns.delete(owner);
}
