import { sameJson } from './same-json.ts';
import type { TagReference } from './types.ts';

/** The tags that a request adds or changes. */
export function changedTags(
  next: readonly TagReference[],
  before: readonly TagReference[],
): readonly TagReference[] {
  const stored = new Map(before.map((tag) => [tag.name, tag]));
  return next.filter((tag) => !sameJson(tag, stored.get(tag.name)));
}
