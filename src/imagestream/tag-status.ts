import type { NamedTagEventList, TagEvent, TagEventCondition, TagReference } from './types.ts';

/** The only type of condition there is; it is stored only while it is False (image-streams.md §8). */
export const importSuccess = 'ImportSuccess';

/** What the tag points to now. */
export function headOf(list: NamedTagEventList | undefined): TagEvent | undefined {
  return list?.items?.[0];
}

/** The condition that says why the last import gave nothing. */
export function failureOf(list: NamedTagEventList | undefined): TagEventCondition | undefined {
  return list?.conditions?.find(({ type, status }) => type === importSuccess && status === 'False');
}

/** Generation of the tag that its history or its condition already answers, whichever is higher; 0 for none. */
export function observedGeneration(list: NamedTagEventList | undefined): number {
  const condition = list?.conditions?.find(({ type }) => type === importSuccess);
  return Math.max(headOf(list)?.generation ?? 0, condition?.generation ?? 0);
}

/** Generation that the tag has in the spec; 0 while it waits for one. */
export function askedGeneration(tag: TagReference): number {
  return tag.generation ?? 0;
}

/** Is what the tag asks for not in its history yet? Failures are no answer here. */
export function isUnanswered(tag: TagReference, list: NamedTagEventList | undefined): boolean {
  const asked = askedGeneration(tag);
  return asked === 0 || asked > (headOf(list)?.generation ?? 0);
}
