import { type Clock, systemClock } from './clock.ts';

/** How a lookup behaves. */
export interface LookupOptions<K, V> {
  /** Finds the value; a rejection goes to all who wait and is not remembered. */
  readonly load: (key: K) => Promise<V>;
  /** How long an answer is good for, in milliseconds; 0 for not at all. */
  readonly keepMs: (value: V) => number;
  /** Distinguishes keys that are not strings; `String` unless given. */
  readonly identity?: (key: K) => string;
  /** Most answers remembered; 1,000 unless given. The one unused for longest makes room. */
  readonly maxEntries?: number;
  readonly clock?: Clock;
}

interface Answer<V> {
  readonly value: V;
  readonly until: number;
}

/**
 * Asks at most once at a time for each key, and remembers answers, also "there is none", for a short while.
 * Failures are not remembered: those who asked together share one, the next one asks again.
 */
export class Lookup<K, V> {
  readonly #load: (key: K) => Promise<V>;
  readonly #keepMs: (value: V) => number;
  readonly #identity: (key: K) => string;
  readonly #maxEntries: number;
  readonly #clock: Clock;
  readonly #answers = new Map<string, Answer<V>>();
  readonly #underWay = new Map<string, Promise<V>>();

  constructor(options: LookupOptions<K, V>) {
    this.#load = options.load;
    this.#keepMs = options.keepMs;
    this.#identity = options.identity ?? String;
    this.#maxEntries = options.maxEntries ?? 1_000;
    this.#clock = options.clock ?? systemClock;
  }

  /** Answers remembered, stale ones included. */
  get size(): number {
    return this.#answers.size;
  }

  lookup(key: K): Promise<V> {
    const id = this.#identity(key);
    const answer = this.#answers.get(id);
    if (answer !== undefined) {
      this.#answers.delete(id);
      if (answer.until > this.#clock.now()) {
        this.#answers.set(id, answer);
        return Promise.resolve(answer.value);
      }
    }
    const underWay = this.#underWay.get(id);
    if (underWay !== undefined) return underWay;
    const asked = this.#ask(id, key);
    this.#underWay.set(id, asked);
    return asked;
  }

  /** Drops what is known of a key; an answer under way still reaches those who wait, but is not remembered. */
  forget(key: K): void {
    const id = this.#identity(key);
    this.#answers.delete(id);
    this.#underWay.delete(id);
  }

  async #ask(id: string, key: K): Promise<V> {
    // Lets `lookup` register the promise first, even when `load` throws at once.
    await Promise.resolve();
    const mine = this.#underWay.get(id);
    try {
      const value = await this.#load(key);
      if (mine !== undefined && this.#underWay.get(id) === mine) this.#remember(id, value);
      return value;
    } finally {
      if (this.#underWay.get(id) === mine) this.#underWay.delete(id);
    }
  }

  #remember(id: string, value: V): void {
    const keepMs = this.#keepMs(value);
    if (keepMs <= 0) return;
    this.#answers.set(id, { value, until: this.#clock.now() + keepMs });
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= this.#maxEntries) return;
      this.#answers.delete(oldest);
    }
  }
}
