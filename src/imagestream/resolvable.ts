import { pullSpecOf } from './pull-spec.ts';
import type { ImageStream, NamedTagEventList, TagReference } from './types.ts';

/**
 * All that resolving needs of an ImageStream, and nothing else: what a cache of thousands of streams keeps.
 * Made by {@link resolvableStream}.
 */
export interface ResolvableStream {
  /** `spec.lookupPolicy.local`: may workloads of the namespace say the stream's name instead of a pull spec? */
  readonly local: boolean;
  /** `status.dockerImageRepository`, empty without a registry of the cluster's own. */
  readonly repository: string;
  readonly tags: readonly ResolvableTag[];
}

/**
 * One tag of the stream's spec or status.
 *
 * - `Image`: `pullSpec` is its digest pull spec.
 * - `Pending`: declared, and not imported yet.
 * - `ImportFailed`: declared, never imported, and the last try failed; `pullSpec` is empty.
 * - `ReferenceOnly`: records a pull spec without a digest (`reference: true`), so admission cannot use it.
 */
export interface ResolvableTag {
  readonly name: string;
  readonly state: 'Image' | 'Pending' | 'ImportFailed' | 'ReferenceOnly';
  readonly pullSpec: string;
}

/** Projects a stream as the API server sends it; unknown or null parts are read as absent. */
export function resolvableStream(stream: ImageStream): ResolvableStream {
  const repository = stream.status?.dockerImageRepository ?? '';
  const declared = new Map((stream.spec?.tags ?? []).map((tag) => [tag.name, tag]));
  const tags: ResolvableTag[] = [];
  for (const history of stream.status?.tags ?? []) {
    tags.push(recordedTag(history, declared.get(history.tag), repository));
    declared.delete(history.tag);
  }
  for (const tag of declared.values()) tags.push({ name: tag.name, state: 'Pending', pullSpec: '' });
  return { local: stream.spec?.lookupPolicy?.local === true, repository, tags };
}

function recordedTag(
  history: NamedTagEventList,
  declared: TagReference | undefined,
  repository: string,
): ResolvableTag {
  const name = history.tag;
  const newest = history.items?.[0];
  if (newest === undefined) {
    const failed = history.conditions?.some(
      ({ type, status }) => type === 'ImportSuccess' && status === 'False',
    );
    return { name, state: failed === true ? 'ImportFailed' : 'Pending', pullSpec: '' };
  }
  const pullSpec = pullSpecOf(newest, declared?.referencePolicy?.type || 'Source', repository);
  return { name, state: pullSpec === '' ? 'ReferenceOnly' : 'Image', pullSpec };
}
