import type { ResolvableStream } from '../imagestream/index.ts';
import type { KnownStream, StreamsInView } from './resolution.ts';

/** Where the webhook knows image streams from: a watched cluster, or a directory of manifests. */
export interface StreamSource {
  /** From memory. */
  get(namespace: string, name: string): ResolvableStream | undefined;
  /** Names of all streams of a namespace, from memory. */
  names(namespace: string): Iterable<string>;
  /**
   * Asks anew for a stream that memory cannot resolve; undefined when there is none. Rejects when nobody could be asked.
   * At most one call to the API server for a name within a short time, unless `fresh`: then the answer was asked for no
   * earlier than now.
   */
  lookup(
    namespace: string,
    name: string,
    options?: { readonly fresh?: boolean },
  ): Promise<ResolvableStream | undefined>;
  /** Somebody imports what the streams declare; elsewhere a tag without an image stays without. */
  readonly importing?: boolean;
}

/** No Pod names more streams that nobody knows; keeps one hostile object from costing the API server a call for each. */
const mostLookups = 64;

/** Comparing a name with a thousand others is dear, and nobody reads more suggestions than this. */
const mostSuggestions = 64;

/** The streams of a namespace as memory has them. */
export function streamsInMemory(namespace: string, source: StreamSource): StreamsInView {
  return {
    stream: (name) => source.get(namespace, name),
    names: limited(() => source.names(namespace)),
    importing: source.importing === true,
  };
}

function limited(names: () => Iterable<string>): () => Iterable<string> {
  let asked = 0;
  return () => (++asked > mostSuggestions ? [] : names());
}

function unasked(name: string, memory: StreamsInView): KnownStream {
  return memory.stream(name) ?? 'Unavailable';
}

/**
 * The same, after the streams of these names were asked for once, so that a stream or tag made a moment ago counts.
 * One that could not be asked for is what memory has, or `Unavailable`.
 */
export async function streamsAskedFor(
  misses: ReadonlySet<string>,
  namespace: string,
  memory: StreamsInView,
  source: StreamSource,
): Promise<StreamsInView> {
  const fresh = new Map<string, KnownStream>();
  await Promise.all(
    Array.from(misses).map(async (name, index) => {
      try {
        if (index < mostLookups) fresh.set(name, await source.lookup(namespace, name));
        else fresh.set(name, unasked(name, memory));
      } catch {
        fresh.set(name, unasked(name, memory));
      }
    }),
  );
  return { ...memory, stream: (name) => (fresh.has(name) ? fresh.get(name) : memory.stream(name)) };
}
