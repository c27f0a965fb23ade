import { candidatesAnnotation } from './annotations.ts';
import { candidatesText, maturity, minimumAge } from './candidates.ts';
import type { StreamDraft } from './draft.ts';
import type { ImportOutcome, SettleOptions } from './settled.ts';
import { asksTheSame, tagImport } from './tag-import.ts';
import { tagSource } from './tag-source.ts';
import { headOf, isUnanswered } from './tag-status.ts';
import type { TagReference } from './types.ts';

type FoundImage = Extract<ImportOutcome, { readonly kind: 'Image' }>;

/** Where nothing else is said (image-streams.md §5.7). */
const unknownCause = 'unknown error prevented import';

/** Applies what registries said of tags that still ask for just that (image-streams.md §5.7). */
export function settleImports(draft: StreamDraft, options: SettleOptions): void {
  for (const { request, outcome } of options.results) {
    const tag = draft.tags.get(request.tag);
    if (tag === undefined || tagSource(tag, draft.name).kind !== 'Image') continue;
    if (!asksTheSame(tagImport(tag, options.settings, request.cause), request)) continue;
    if (outcome.kind === 'Failed') draft.fail(tag, { ...outcome, message: outcome.message || unknownCause });
    else found(draft, tag, outcome, options);
  }
}

/** Forgets candidates of tags that wait for nothing any more, and stores the others. */
export function settleCandidates(draft: StreamDraft): void {
  for (const [name, { image }] of draft.candidates) {
    const tag = draft.tags.get(name);
    const history = draft.histories.get(name);
    const waits =
      tag !== undefined &&
      tagSource(tag, draft.name).kind === 'Image' &&
      !isUnanswered(tag, history) &&
      headOf(history)?.image !== image;
    if (!waits) draft.candidates.delete(name);
  }
  draft.annotations.set(candidatesAnnotation, candidatesText(draft.candidates));
}

function found(draft: StreamDraft, tag: TagReference, image: FoundImage, options: SettleOptions): void {
  const history = draft.histories.get(tag.name);
  const head = headOf(history);
  const same = head?.image === image.image;
  const asked = isUnanswered(tag, history);
  if (!asked && same && head.dockerImageReference === image.reference) {
    draft.candidates.delete(tag.name);
    draft.succeed(tag.name);
  } else if (asked || same || isOldEnough(draft, tag, image, options)) {
    draft.candidates.delete(tag.name);
    const { reference: dockerImageReference } = image;
    draft.record(tag, { created: options.time, dockerImageReference, image: image.image });
  } else {
    draft.succeed(tag.name);
  }
}

/** Has the image been seen for as long as the tag wants? Its time begins now when another one, or none, was seen before. */
function isOldEnough(
  { candidates }: StreamDraft,
  tag: TagReference,
  { image }: FoundImage,
  { now, time }: SettleOptions,
): boolean {
  if (minimumAge(tag) === 0) return true;
  const candidate = candidates.get(tag.name);
  if (candidate?.image === image) return now >= maturity(candidate, tag);
  candidates.set(tag.name, { image, seen: time });
  return false;
}
