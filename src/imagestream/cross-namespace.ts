import { followAnnotation } from './annotations.ts';
import { tagPath } from './field-problem.ts';
import { homeOf, isNamespaceName, isStreamName } from './names.ts';
import { readableSpec } from './shape.ts';
import { tagReferenceChanged } from './tag-changed.ts';
import { tagSource } from './tag-source.ts';
import type { ImageStream, TagReference } from './types.ts';

/** A stream of another namespace that a tag is newly pointed to: the user must be allowed to `get imagestreams/layers` of it. */
export interface CrossNamespaceSource {
  /** As in `spec.tags[latest].from`. */
  readonly field: string;
  readonly tag: string;
  readonly namespace: string;
  readonly stream: string;
}

/**
 * Which streams of other namespaces the user has to be allowed to pull from, one for each tag that asks for something else than
 * before (image-streams.md §4.7). A tag that is to be resolved again or begins to follow is asked for, too, because it brings
 * images that the old permission did not cover. Names that cannot be are passed over: validation refuses them.
 */
export function crossNamespaceSources(
  next: ImageStream,
  old: ImageStream | undefined,
  namespace: string,
): readonly CrossNamespaceSource[] {
  const foreign = (readableSpec(next)?.tags ?? []).filter(
    ({ from }) => from?.namespace && from.namespace !== namespace,
  );
  if (foreign.length === 0) return [];
  const stored = new Map((readableSpec(old)?.tags ?? []).map((tag) => [tag.name, tag]));
  return foreign.flatMap((tag) => {
    const source = tagSource(tag, homeOf(next, namespace));
    if (source.kind !== 'Tag' && source.kind !== 'StreamImage') return [];
    if (!isNamespaceName(source.namespace) || !isStreamName(source.stream)) return [];
    if (!asksForMore(stored.get(tag.name), tag, namespace)) return [];
    const field = `${tagPath('spec', tag.name)}.from`;
    return [{ field, tag: tag.name, namespace: source.namespace, stream: source.stream }];
  });
}

function asksForMore(old: TagReference | undefined, next: TagReference, namespace: string): boolean {
  if (old === undefined || tagReferenceChanged(old, next, namespace)) return true;
  if ((next.generation ?? null) !== (old.generation ?? null)) return true;
  return follows(next) && !follows(old);
}

function follows({ annotations }: TagReference): boolean {
  return annotations?.[followAnnotation] === 'true';
}
