import type { ResolvableStream } from '../imagestream/index.ts';
import type { ExistingStreams, Trigger } from '../triggers/index.ts';
import type { StreamSource } from './streams.ts';

/** An annotation may hold hundreds of triggers; no Pod has as many containers. */
export const mostAsked = 32;

/**
 * What exists of the streams that triggers follow. A stream or tag that memory lacks is asked for once before anybody is
 * told that it does not exist; of one that could not be asked about nothing is said.
 */
export async function existingStreams(
  triggers: readonly Trigger[],
  source: StreamSource,
): Promise<ExistingStreams> {
  const fresh = new Map<string, ResolvableStream | undefined>();
  const unknown = new Set<string>();
  await Promise.all(
    Array.from(missesOf(triggers, source), async ([key, { namespace, stream }], index) => {
      try {
        if (index < mostAsked) fresh.set(key, await source.lookup(namespace, stream));
        else unknown.add(key);
      } catch {
        unknown.add(key);
      }
    }),
  );
  const find = (namespace: string, stream: string) => {
    const key = `${namespace}/${stream}`;
    return fresh.has(key) ? fresh.get(key) : source.get(namespace, stream);
  };
  return {
    hasStream: (namespace, stream) =>
      unknown.has(`${namespace}/${stream}`) ? undefined : find(namespace, stream) !== undefined,
    streamNames: (namespace) => source.names(namespace),
    tagNames: (namespace, stream) => find(namespace, stream)?.tags.map(({ name }) => name),
  };
}

function missesOf(triggers: readonly Trigger[], source: StreamSource): ReadonlyMap<string, Trigger> {
  const misses = triggers.filter(({ namespace, stream, tag }) => !hasTag(source.get(namespace, stream), tag));
  return new Map(misses.map((trigger) => [`${trigger.namespace}/${trigger.stream}`, trigger]));
}

function hasTag(stream: ResolvableStream | undefined, tag: string): boolean {
  return stream?.tags.some(({ name }) => name === tag) === true;
}
