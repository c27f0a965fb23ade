import type { ImageStreamMetadata } from './types.ts';

/** The annotations of an object while it is decided what becomes of them. */
export class AnnotationDraft {
  readonly #metadata: ImageStreamMetadata;
  readonly #changes = new Map<string, string | undefined>();

  constructor(metadata: ImageStreamMetadata) {
    this.#metadata = metadata;
  }

  get(name: string): string | undefined {
    return this.#changes.has(name) ? this.#changes.get(name) : this.#stored(name);
  }

  /** Undefined takes the annotation away. */
  set(name: string, value: string | undefined): void {
    this.#changes.set(name, value);
  }

  /** The metadata with what was set; identical when that was there before. */
  finish(): ImageStreamMetadata {
    const changes = [...this.#changes].filter(([name, value]) => value !== this.#stored(name));
    if (changes.length === 0) return this.#metadata;
    const annotations = new Map(Object.entries(this.#metadata.annotations ?? {}));
    for (const [name, value] of changes) {
      if (value === undefined) annotations.delete(name);
      else annotations.set(name, value);
    }
    return { ...this.#metadata, annotations: Object.fromEntries(annotations) };
  }

  #stored(name: string): string | undefined {
    const annotations = this.#metadata.annotations ?? {};
    return Object.hasOwn(annotations, name) ? annotations[name] : undefined;
  }
}
