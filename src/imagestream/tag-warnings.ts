import { parseReference } from '../reference/index.ts';
import { followAnnotation, intervalAnnotation, minimumAgeAnnotation } from './annotations.ts';
import { parseDuration } from './duration.ts';
import { shownText } from './field-problem.ts';
import { isSameStream, type StreamName, tagSource } from './tag-source.ts';
import type { TagReference } from './types.ts';

/** The stream that a tag belongs to. */
export interface TagSurroundings {
  readonly home: StreamName;
  /** Names of all tags of the spec. */
  readonly names: ReadonlySet<string>;
}

/** What may be stored of a tag, and yet does not do what its author probably wants. */
export function tagWarnings(tag: TagReference, around: TagSurroundings): readonly string[] {
  const said = [
    mistakenAlias(tag, around),
    idleSchedule(tag),
    idleDuration(tag, intervalAnnotation, ''),
    idleDuration(tag, minimumAgeAnnotation, ', as only scheduled imports are held'),
    idleFollow(tag, around),
  ];
  return said.filter((each) => each !== undefined).map((each) => `tag "${shownText(tag.name)}": ${each}`);
}

/** An image that is called as another tag is: an alias of that tag was meant. */
function mistakenAlias({ name, from }: TagReference, { names }: TagSurroundings): string | undefined {
  const image = from?.name ?? '';
  if (from?.kind !== 'DockerImage' || image === name || !names.has(image)) return undefined;
  const parsed = parseReference(image);
  if (!parsed.ok) return undefined;
  const read =
    parsed.reference.name === '' ? 'a registry without a repository' : `docker.io/library/${image}`;
  return `the DockerImage "${image}" is ${read}, not tag "${image}" of this stream; for an alias of that tag use kind ImageStreamTag`;
}

function idleSchedule(tag: TagReference): string | undefined {
  if (tag.from?.kind !== 'DockerImage' || tag.importPolicy?.scheduled !== true) return undefined;
  if (tag.reference === true) {
    return 'importPolicy.scheduled does nothing beside reference: true, as such a tag is never imported; leave out one of them';
  }
  const parsed = parseReference(tag.from.name ?? '');
  if (!parsed.ok || parsed.reference.id === '') return undefined;
  return 'importPolicy.scheduled does nothing after the first import, as a digest never moves; name a tag instead, or leave it out';
}

function idleDuration(tag: TagReference, annotation: string, reason: string): string | undefined {
  // none does nothing anyway, and what is no duration is refused
  if (!parseDuration(tag.annotations?.[annotation] ?? '')) return undefined;
  if (tag.from?.kind !== 'DockerImage' || tag.reference === true) {
    return `the annotation ${annotation} does nothing, as only a tag that is imported from a DockerImage can be scheduled; remove it`;
  }
  if (tag.importPolicy?.scheduled === true) return undefined;
  return `the annotation ${annotation} does nothing without importPolicy.scheduled: true${reason}; set that, or remove the annotation`;
}

function idleFollow(tag: TagReference, { home }: TagSurroundings): string | undefined {
  if (!tag.annotations?.[followAnnotation] || tag.from?.kind !== 'ImageStreamTag') return undefined;
  const source = tagSource(tag, home);
  if (source.kind !== 'Tag' || !isSameStream(source, home)) return undefined;
  return `the annotation ${followAnnotation} does nothing, as a tag of the same stream is always followed; remove it, or name an image by kind ImageStreamImage to stay with that`;
}
