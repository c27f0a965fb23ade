import { exactReference, parseReference } from '../reference/index.ts';
import type { ResolvableStream, ResolvableTag } from './resolvable.ts';

/**
 * What a tag stands for now.
 *
 * - `Image`: the digest pull spec of its newest history entry.
 * - `Repository`: no such image, but the stream has a repository of its own: `<repository>:<tag>`
 *   (image-policy.md §6.3; counts as resolved).
 * - `Unresolved`: neither; `tag` is set when the tag is at least declared.
 */
export type TagResolution =
  | { readonly kind: 'Image'; readonly pullSpec: string }
  | { readonly kind: 'Repository'; readonly pullSpec: string }
  | { readonly kind: 'Unresolved'; readonly tag?: ResolvableTag };

/** Resolves a tag of a stream; whether its name may be used at all (`local`) is the caller's question. */
export function resolveTag(stream: ResolvableStream, name: string): TagResolution {
  const tag = stream.tags.find((each) => each.name === name);
  if (tag?.state === 'Image') return { kind: 'Image', pullSpec: tag.pullSpec };
  const repository = parseReference(stream.repository);
  const pullSpec = repository.ok ? exactReference({ ...repository.reference, tag: name, id: '' }) : '';
  if (pullSpec !== '') return { kind: 'Repository', pullSpec };
  return tag === undefined ? { kind: 'Unresolved' } : { kind: 'Unresolved', tag };
}
