import type { ResolvableStream } from '../imagestream/index.ts';
import type { ExistingStreams, Trigger } from '../triggers/index.ts';
import type { StreamSource } from './streams.ts';

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
    triggers.map(async ({ namespace, stream, tag }) => {
      if (hasTag(source.get(namespace, stream), tag)) return;
      const key = `${namespace}/${stream}`;
      try {
        fresh.set(key, await source.lookup(namespace, stream));
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

function hasTag(stream: ResolvableStream | undefined, tag: string): boolean {
  return stream?.tags.some(({ name }) => name === tag) === true;
}
