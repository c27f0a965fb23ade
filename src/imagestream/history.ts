import type { NamedTagEventList, TagEvent } from './types.ts';

/**
 * Records what a tag points to now (image-streams.md §4.5). Only the newest entry is compared: the same image again changes at
 * most its generation, a new image under the same reference or the same image under a new one changes it in place, anything else
 * becomes the newest entry. A change drops the conditions. What is returned shares no object with `event`.
 */
export function addTagEvent(
  list: NamedTagEventList | undefined,
  tag: string,
  event: TagEvent,
): { readonly list: NamedTagEventList; readonly changed: boolean } {
  const [head, ...older] = list?.items ?? [];
  if (list === undefined || head === undefined) return changedTo(tag, [{ ...event }]);
  const sameReference = textOf(head.dockerImageReference) === textOf(event.dockerImageReference);
  const sameImage = textOf(head.image) === textOf(event.image);
  if (!sameReference && !sameImage) return changedTo(tag, [{ ...event }, head, ...older]);
  if (sameReference && sameImage && (head.generation ?? 0) === (event.generation ?? 0)) {
    return { list, changed: false };
  }
  return changedTo(tag, [{ ...event, created: head.created ?? null }, ...older]);
}

function changedTo(tag: string, items: readonly TagEvent[]) {
  return { list: { tag, items }, changed: true } as const;
}

function textOf(value: string | undefined): string {
  return value ?? '';
}
