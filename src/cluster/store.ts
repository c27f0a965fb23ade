/** What happened to one key. After a relist `set` comes for every key, changed or not. */
export type Change<P> =
  | { readonly type: 'set'; readonly key: string; readonly value: P; readonly previous: P | undefined }
  | { readonly type: 'delete'; readonly key: string; readonly previous: P };

/** Projections by key, and those who want to know of changes. */
export class ProjectionStore<P> {
  #values = new Map<string, P>();
  readonly #listeners = new Set<(change: Change<P>) => void>();
  readonly #onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  get values(): ReadonlyMap<string, P> {
    return this.#values;
  }

  /** `undefined` removes the key. */
  apply(key: string, value: P | undefined): void {
    const previous = this.#values.get(key);
    if (value !== undefined) {
      this.#values.set(key, value);
      this.#tell({ type: 'set', key, value, previous });
    } else if (previous !== undefined) {
      this.#values.delete(key);
      this.#tell({ type: 'delete', key, previous });
    }
  }

  /** Puts a complete new state in place of the old in one step, then tells of it. */
  replace(next: Map<string, P>): void {
    const before = this.#values;
    this.#values = next;
    if (this.#listeners.size === 0) return;
    for (const [key, previous] of before) {
      if (!next.has(key)) this.#tell({ type: 'delete', key, previous });
    }
    for (const [key, value] of next) this.#tell({ type: 'set', key, value, previous: before.get(key) });
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: (change: Change<P>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: Change<P>): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
