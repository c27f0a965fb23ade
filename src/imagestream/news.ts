import { candidatesOf, maturity } from './candidates.ts';
import type { ImportFailureReason } from './import-failure.ts';
import type { HeldImage, Settled, TagFailure, TagMove } from './settled.ts';
import { failureOf, headOf, isUnanswered } from './tag-status.ts';
import type { ImageStream, NamedTagEventList } from './types.ts';

/** What people want to know of the step from one state of a stream to the next: nothing that was so before. */
export function newsBetween(
  before: ImageStream,
  after: ImageStream,
): Pick<Settled, 'moved' | 'failed' | 'recovered' | 'held'> {
  const moved: TagMove[] = [];
  const failed: TagFailure[] = [];
  const recovered: string[] = [];
  const old = new Map((before.status?.tags ?? []).map((list) => [list.tag, list]));
  const declared = new Map((after.spec?.tags ?? []).map((tag) => [tag.name, tag]));
  for (const list of after.status?.tags ?? []) {
    const was = old.get(list.tag);
    if (was === list) continue;
    moved.push(...moveBetween(was, list));
    failed.push(...failureBetween(was, list));
    const failing = failureOf(was) !== undefined && failureOf(list) === undefined;
    const tag = declared.get(list.tag);
    if (failing && headOf(list) !== undefined && !(tag && isUnanswered(tag, list))) recovered.push(list.tag);
  }
  return { moved, failed, recovered, held: heldBetween(before, after) };
}

function* moveBetween(was: NamedTagEventList | undefined, list: NamedTagEventList): Iterable<TagMove> {
  const [from, to] = [headOf(was), headOf(list)];
  const reference = to?.dockerImageReference ?? '';
  const same =
    from !== undefined &&
    (from.image ?? '') === (to?.image ?? '') &&
    (from.dockerImageReference ?? '') === reference;
  if (to === undefined || same) return;
  yield { tag: list.tag, from: from?.image ?? '', to: to.image ?? '', reference };
}

function* failureBetween(was: NamedTagEventList | undefined, list: NamedTagEventList): Iterable<TagFailure> {
  const [before, now] = [failureOf(was), failureOf(list)];
  if (now === undefined) return;
  const { reason = '', message = '' } = now;
  const generation = now.generation ?? 0;
  if (before?.reason === reason && before.message === message && (before.generation ?? 0) === generation)
    return;
  yield { tag: list.tag, reason: reason as ImportFailureReason, message, generation };
}

function heldBetween(before: ImageStream, after: ImageStream): readonly HeldImage[] {
  const old = candidatesOf(before.metadata.annotations);
  const held: HeldImage[] = [];
  for (const [name, candidate] of candidatesOf(after.metadata.annotations)) {
    const tag = after.spec?.tags?.find((each) => each.name === name);
    const was = old.get(name);
    if (tag === undefined || (was?.image === candidate.image && was.seen === candidate.seen)) continue;
    held.push({ tag: name, ...candidate, movesAt: maturity(candidate, tag) });
  }
  return held;
}
