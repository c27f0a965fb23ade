import type { StreamSource } from '../admission/index.ts';
import { listing } from '../suggestion/index.ts';

/** A source of streams that remembers in which namespaces it was asked for some. */
export class AskedNamespaces implements StreamSource {
  readonly #source: StreamSource;
  readonly #asked = new Set<string>();

  constructor(source: StreamSource) {
    this.#source = source;
  }

  get(namespace: string, name: string) {
    this.#asked.add(namespace);
    return this.#source.get(namespace, name);
  }

  names(namespace: string) {
    return this.#source.names(namespace);
  }

  lookup(namespace: string, name: string) {
    return this.#source.lookup(namespace, name);
  }

  /** A line when streams were asked for in `namespace` while all there are lie in others: `-n` was probably forgotten. */
  hint(namespace: string, existing: readonly string[]): string | undefined {
    if (!this.#asked.has(namespace) || existing.includes(namespace)) return undefined;
    const others = listing([...new Set(existing)]);
    return `warning: no image stream is in namespace "${namespace}", so no name was resolved there; there are some in ${others} (-n names the namespace of objects that name none)`;
  }
}
