import { exactReference } from '../reference/index.ts';
import type { OriginCheck } from './provenance.ts';
import { readImage } from './reading.ts';
import { resolve, type StreamsInView } from './resolution.ts';
import type { ImagesInScope, Subject } from './subject.ts';
import type { Surroundings } from './surroundings.ts';

/** Checks what a client's provenance annotation claims against the streams in memory; nobody is asked for it. */
export function claimCheck(
  { namespace }: Subject,
  { resolveAll }: ImagesInScope,
  { settings, streams }: Surroundings,
): OriginCheck {
  const memory: StreamsInView = {
    stream: (name) => streams.get(namespace, name),
    names: () => streams.names(namespace),
    importing: false,
  };
  return ({ name, imageStreamTag }, image) => {
    const resolution = resolve(
      readImage(name, namespace, resolveAll, settings.integratedRegistry),
      memory,
      resolveAll,
    );
    return (
      resolution.kind === 'Resolved' &&
      resolution.imageStreamTag === imageStreamTag &&
      exactReference(resolution.reference) === image
    );
  };
}
