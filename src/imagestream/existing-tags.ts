import { prioritizeTags } from './prioritize-tags.ts';
import { headOf } from './tag-status.ts';
import type { NamedTagEventList, TagReference } from './types.ts';

/** Names that an alias of the stream could name, the most wanted first: tags of the spec, and those that have an image. */
export function existingTags(
  declared: Iterable<TagReference>,
  histories: Iterable<NamedTagEventList>,
): readonly string[] {
  const names = new Set<string>();
  for (const { name } of declared) names.add(name);
  for (const list of histories) {
    if (headOf(list) !== undefined) names.add(list.tag);
  }
  return prioritizeTags([...names]);
}
