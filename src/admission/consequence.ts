import type { Reading } from './reading.ts';
import type { UnresolvedCode } from './resolution.ts';

/** What becomes of an image that could not be resolved and is admitted all the same. */
export const asWritten = 'The image is admitted as written';

/** Why a name is not simply admitted: the container runtime would complete the bare name by its default registry. */
export function otherwise(reading: Reading, code: UnresolvedCode): string {
  if (reading.kind !== 'Tag' || code === 'StreamUnavailable') return '';
  return `Left as it is, the name would pull docker.io/library/${reading.stream}:${reading.tag}; write that in full if it is meant`;
}

/** What else would be admitted under a policy that requires exact images, where the sentence itself does not say. */
export function remedy(code: UnresolvedCode): string {
  return code === 'StreamNotFound'
    ? 'The policy requires exact images: create the stream, or write the image with its digest'
    : '';
}

/** Why the name in an owned object does not do, although it could be resolved. */
export function ownedSentence(pullSpec: string): string {
  return `the object has a controller as owner, so names in it are not rewritten, and the policy requires exact images; write "${pullSpec}", or let the owner's template name it`;
}

/** Why a name that could be resolved is refused when it is about to be stored. */
export function unwrittenSentence(pullSpec: string): string {
  return `it names an image stream and would be stored as a name, because something changed it after names were resolved; write "${pullSpec}"`;
}

/** A sentence that may end in a question, and what follows from it. */
export function followedBy(sentence: string, next: string): string {
  if (next === '') return sentence;
  return `${sentence}${sentence.endsWith('?') ? '' : '.'} ${next}`;
}
