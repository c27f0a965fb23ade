/**
 * A fixed number of places for work. Whoever finds none free waits; places go round among owners, and one owner never has more
 * than a share of them, so that a thousand tags at a registry that does not answer hold up nobody else's.
 */
export class Slots {
  #free: number;
  readonly #share: number;
  /** By owner, in the order of their turns. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #running = new Map<string, number>();

  /** @param share places of one owner at the same time */
  constructor(count: number, share: number) {
    this.#free = count;
    this.#share = share;
  }

  /** How many wait for a place. */
  get waiting(): number {
    let sum = 0;
    for (const queue of this.#waiting.values()) sum += queue.length;
    return sum;
  }

  /** Runs the work as soon as there is a place for this owner. */
  async run<T>(owner: string, work: () => Promise<T>): Promise<T> {
    await this.#place(owner);
    try {
      return await work();
    } finally {
      this.#release(owner);
    }
  }

  #place(owner: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(owner);
      if (queue === undefined) this.#waiting.set(owner, [resolve]);
      else queue.push(resolve);
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
    while (this.#free > 0) {
      const owner = this.#turn();
      if (owner === undefined) return;
      const queue = this.#waiting.get(owner) ?? [];
      const begin = queue.shift();
      // whoever had a turn goes to the end
      this.#waiting.delete(owner);
      if (queue.length > 0) this.#waiting.set(owner, queue);
      this.#free -= 1;
      this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1);
      begin?.();
    }
  }

  #turn(): string | undefined {
    for (const owner of this.#waiting.keys()) {
      if ((this.#running.get(owner) ?? 0) < this.#share) return owner;
    }
    return undefined;
  }
}
