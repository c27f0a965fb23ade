import { removedTagsAnnotation } from './annotations.ts';
import { annotationOf } from './own-annotations.ts';
import { readableSpec, readableStatus } from './shape.ts';
import type { ImageStream, TagReference } from './types.ts';

/**
 * The value of the annotation that tells the controller which histories to drop: a tag that leaves the spec takes its history
 * along. Undefined when there is nothing to drop.
 *
 * Names that wait there already stay, unless the tag was added again; what a request says itself does not count.
 */
export function removedTags(next: readonly TagReference[], old: ImageStream | undefined): string | undefined {
  const text = annotationOf(old, removedTagsAnnotation);
  const waiting = removedTagNames(text);
  const present = new Set(next.map(({ name }) => name));
  const kept = waiting.filter((name) => !present.has(name));
  const gone = (readableSpec(old)?.tags ?? []).filter(({ name }) => !present.has(name));
  if (kept.length === waiting.length && gone.length === 0) return text;
  const recorded = new Set((readableStatus(old)?.tags ?? []).map(({ tag }) => tag));
  const names = new Set([...kept, ...gone.map(({ name }) => name).filter((name) => recorded.has(name))]);
  return names.size === 0 ? undefined : JSON.stringify([...names]);
}

/** The names in the annotation; none where it cannot be read. */
export function removedTagNames(text: string | undefined): readonly string[] {
  try {
    const names: unknown = JSON.parse(text ?? '');
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
