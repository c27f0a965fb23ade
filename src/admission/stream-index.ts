import type { ResolvableStream } from '../imagestream/index.ts';

/** Streams by namespace and name, so that neither a look-up nor a suggestion walks through the whole cluster's. */
export class StreamIndex {
  readonly #namespaces = new Map<string, Map<string, ResolvableStream>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(namespace: string, name: string): ResolvableStream | undefined {
    return this.#namespaces.get(namespace)?.get(name);
  }

  names(namespace: string): Iterable<string> {
    return this.#namespaces.get(namespace)?.keys() ?? [];
  }

  set(namespace: string, name: string, stream: ResolvableStream): void {
    let streams = this.#namespaces.get(namespace);
    if (streams === undefined) {
      streams = new Map();
      this.#namespaces.set(namespace, streams);
    }
    if (!streams.has(name)) this.#size += 1;
    streams.set(name, stream);
  }

  delete(namespace: string, name: string): void {
    const streams = this.#namespaces.get(namespace);
    if (streams?.delete(name) !== true) return;
    this.#size -= 1;
    if (streams.size === 0) this.#namespaces.delete(namespace);
  }
}
