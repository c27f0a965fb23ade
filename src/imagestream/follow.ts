import { followAnnotation } from './annotations.ts';
import { isSameStream, nameOf, tagSource } from './tag-source.ts';
import { isUnanswered } from './tag-status.ts';
import type { ImageStream, NamedTagEventList, TagReference } from './types.ts';

/** A tag that wants to know another stream. */
export interface ForeignSource {
  readonly tag: string;
  /** Of the other stream. */
  readonly namespace: string;
  readonly stream: string;
  /** The tag moves whenever its source does. */
  readonly follows: boolean;
  /** The tag has not been resolved at its generation yet; then the whole history of the other stream may matter. */
  readonly pending: boolean;
}

/**
 * The other streams that settling a stream asks for, tag by tag. A tag that was resolved and does not follow asks for nothing any
 * more (image-streams.md §4.6; following across streams is this project's own).
 */
export function foreignSources(stream: ImageStream): readonly ForeignSource[] {
  const name = nameOf(stream);
  let histories: ReadonlyMap<string, NamedTagEventList> | undefined;
  const sources: ForeignSource[] = [];
  for (const tag of stream.spec?.tags ?? []) {
    const source = tagSource(tag, name);
    if ((source.kind !== 'Tag' && source.kind !== 'StreamImage') || isSameStream(source, name)) continue;
    histories ??= new Map((stream.status?.tags ?? []).map((list) => [list.tag, list]));
    const follows = source.kind === 'Tag' && follow(tag);
    const pending = isUnanswered(tag, histories.get(tag.name));
    if (!follows && !pending) continue;
    sources.push({ tag: tag.name, namespace: source.namespace, stream: source.stream, follows, pending });
  }
  return sources;
}

/** Does a tag of another stream keep following its source? */
export function follow({ annotations }: TagReference): boolean {
  return annotations?.[followAnnotation] === 'true';
}
