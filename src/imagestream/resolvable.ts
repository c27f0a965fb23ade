import { pullSpecOf } from './pull-spec.ts';
import { nameOf, type StreamName, tagSource } from './tag-source.ts';
import { askedGeneration, failureOf, headOf } from './tag-status.ts';
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
  /** Without those that never had an image and have nowhere to get one from. */
  readonly tags: readonly ResolvableTag[];
}

/**
 * One tag of the stream's spec or status.
 *
 * - `Image`: `pullSpec` is its digest pull spec.
 * - `Pending`: has no image yet, and what it asks for now has not been tried to the end.
 * - `ImportFailed`: never had an image, and what it asks for now was tried in vain; `message` says why.
 * - `ReferenceOnly`: records a pull spec without a digest (`reference: true`), so no name is resolved to it.
 */
export interface ResolvableTag {
  readonly name: string;
  readonly state: 'Image' | 'Pending' | 'ImportFailed' | 'ReferenceOnly';
  /** Empty but for `Image`. */
  readonly pullSpec: string;
  /** For `ReferenceOnly`: what the history records, if anything; triggers give it as it stands (triggers.md §2.6). */
  readonly recorded?: string;
  /** Message of the condition, for `ImportFailed` only. */
  readonly message?: string;
}

/** Projects a stream as the API server sends it; unknown or null parts are read as absent. */
export function resolvableStream(stream: ImageStream): ResolvableStream {
  const repository = stream.status?.dockerImageRepository ?? '';
  const declared = new Map((stream.spec?.tags ?? []).map((tag) => [tag.name, tag]));
  const name = nameOf(stream);
  const tags: ResolvableTag[] = [];
  for (const history of stream.status?.tags ?? []) {
    tags.push(...recordedTag(history, declared.get(history.tag), name, repository));
    declared.delete(history.tag);
  }
  for (const tag of declared.values()) tags.push(...emptyTag(tag, undefined, name));
  return { local: stream.spec?.lookupPolicy?.local === true, repository, tags };
}

function recordedTag(
  history: NamedTagEventList,
  declared: TagReference | undefined,
  stream: StreamName,
  repository: string,
): readonly ResolvableTag[] {
  const newest = headOf(history);
  if (newest === undefined) return emptyTag(declared ?? { name: history.tag }, history, stream);
  const pullSpec = pullSpecOf(newest, declared?.referencePolicy?.type || 'Source', repository);
  if (pullSpec !== '') return [{ name: history.tag, state: 'Image', pullSpec }];
  const recorded = newest.dockerImageReference || undefined;
  return [
    { name: history.tag, state: 'ReferenceOnly', pullSpec, ...(recorded === undefined ? {} : { recorded }) },
  ];
}

function emptyTag(
  tag: TagReference,
  history: NamedTagEventList | undefined,
  stream: StreamName,
): readonly ResolvableTag[] {
  const failure = failureOf(history);
  if (failure !== undefined && (failure.generation ?? 0) >= askedGeneration(tag)) {
    const message = failure.message ?? '';
    return [{ name: tag.name, state: 'ImportFailed', pullSpec: '', message }];
  }
  const source = tagSource(tag, stream).kind;
  if (source === 'None') return [];
  return [{ name: tag.name, state: source === 'Reference' ? 'ReferenceOnly' : 'Pending', pullSpec: '' }];
}
