import type { ImagePolicy } from '../policy/index.ts';
import { exactReference } from '../reference/index.ts';
import type { ImagePlace } from '../workloads/index.ts';
import { asWritten, followedBy, otherwise, ownedSentence, remedy, unwrittenSentence } from './consequence.ts';
import type { ReadImage, Reading } from './reading.ts';
import { aboutImage, type Refusal, refusal } from './refusal.ts';
import type { Resolution, Resolved, StreamsInView, Unresolved } from './resolution.ts';
import type { AdmissionSettings } from './settings.ts';
import type { Subject } from './subject.ts';
import { similarStream, unresolvedSentence } from './unresolved-sentence.ts';

/** One image that the webhook writes. */
export interface Rewrite {
  readonly place: ImagePlace;
  /** The exact pull spec that takes the name's place. */
  readonly pullSpec: string;
  /** `STREAM:TAG`, when the pull spec came from one. */
  readonly imageStreamTag?: string;
}

export interface ImageDecision {
  readonly rewrites: readonly Rewrite[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly string[];
  /** How each image that was looked at came out, for the metrics. */
  readonly outcomes: readonly (Unresolved['code'] | 'Resolved')[];
}

/**
 * `Mutate` may write; `Enforce` judges what is about to be stored, with rewrites no longer possible
 * (image-policy.md §7, §11).
 */
export type Phase = 'Mutate' | 'Enforce';

/** What the decision needs besides the subject. */
export interface ImageContext {
  readonly settings: AdmissionSettings;
  readonly streams: StreamsInView;
  /** Names of execution rules that the namespace's annotation excludes. */
  readonly excludedRules: ReadonlySet<string>;
  readonly phase: Phase;
  /** The object asks to look every name up. */
  readonly resolveAll: boolean;
}

/** Does anything of the policy concern this subject's images? */
export function concernsImages(
  { policy, owned, exempt }: Subject,
  { failOnResolutionFailure }: ImagePolicy,
): boolean {
  return policy.covered && !exempt && (!owned || failOnResolutionFailure || policy.coveredByExecution);
}

/** What is wrong with more images than this is not told: the rest comes when these are mended. */
const mostTold = 32;

/**
 * Decides over the read images of a subject, of which `resolutions` has what each came to; none where the policy asks for no
 * resolution. Source: image-policy.md §7 with the departures of docs/departures.md.
 */
export function decideImages(
  subject: Subject,
  images: readonly ReadImage[],
  resolutions: readonly (Resolution | undefined)[],
  context: ImageContext,
): ImageDecision {
  const rewrites: Rewrite[] = [];
  const refusals: Refusal[] = [];
  const warnings: string[] = [];
  const outcomes: (Unresolved['code'] | 'Resolved')[] = [];
  for (const [index, { place, reading }] of images.entries()) {
    const resolution = resolutions[index];
    if (resolution !== undefined)
      outcomes.push(resolution.kind === 'Resolved' ? 'Resolved' : resolution.code);
    const verdict = decideImage(place, reading, resolution, subject, context);
    if (verdict.rewrite !== undefined) rewrites.push(verdict.rewrite);
    if (verdict.refusal !== undefined) refusals.push(verdict.refusal);
    if (refusals.length >= mostTold) break;
    if (verdict.warning !== undefined && warnings.length < mostTold) {
      warnings.push(aboutImage(place, verdict.warning()));
    }
  }
  return { rewrites, refusals, warnings, outcomes };
}

interface Verdict {
  readonly rewrite?: Rewrite;
  readonly refusal?: Refusal;
  /** Made only when it is told. */
  readonly warning?: () => string;
}

function decideImage(
  place: ImagePlace,
  reading: Reading,
  resolution: Resolution | undefined,
  subject: Subject,
  context: ImageContext,
): Verdict {
  if (resolution?.kind === 'Unresolved') {
    const answer = answerUnresolved(place, reading, resolution, subject, context);
    if (answer.refusal !== undefined) return answer;
    const prohibited = prohibition(place, reading, undefined, subject, context);
    return prohibited === undefined ? answer : { refusal: prohibited };
  }
  const prohibited = prohibition(place, reading, resolution, subject, context);
  if (prohibited !== undefined) return { refusal: prohibited };
  const answer = resolution === undefined ? {} : answerResolved(place, resolution, subject, context);
  if (answer.rewrite !== undefined || answer.refusal !== undefined) return answer;
  // what is not rewritten is stored, and run, as it stands: then that is judged, too
  const standing = prohibition(place, reading, undefined, subject, context);
  return standing === undefined ? answer : { refusal: standing };
}

function answerResolved(
  place: ImagePlace,
  resolved: Resolved,
  subject: Subject,
  { settings, phase }: ImageContext,
): Verdict {
  const pullSpec = exactReference(resolved.reference);
  if (pullSpec === '' || pullSpec === place.image) return {};
  if (subject.owned) {
    return settings.policy.failOnResolutionFailure && resolved.imageStreamTag !== undefined
      ? { refusal: refusal('OwnedNotExact', subject.kind, place, ownedSentence(pullSpec)) }
      : {};
  }
  if (!mayRewrite(subject, resolved.localRewrite)) return {};
  const { imageStreamTag } = resolved;
  if (phase === 'Enforce') {
    return settings.policy.failOnResolutionFailure && imageStreamTag !== undefined
      ? { refusal: refusal('NotExact', subject.kind, place, unwrittenSentence(pullSpec)) }
      : {};
  }
  return { rewrite: { place, pullSpec, ...(imageStreamTag === undefined ? {} : { imageStreamTag }) } };
}

function mayRewrite({ policy, old }: Subject, localRewrite: boolean): boolean {
  return policy.rewrites({ localRewrite, update: old !== undefined });
}

function answerUnresolved(
  place: ImagePlace,
  reading: Reading,
  { code, declaredLocal }: Unresolved,
  subject: Subject,
  { settings, streams, phase, resolveAll }: ImageContext,
): Verdict {
  const sentence = () => unresolvedSentence(code, reading, subject.namespace, streams);
  if (settings.policy.failOnResolutionFailure) {
    return { refusal: refusal(code, subject.kind, place, followedBy(sentence(), remedy(code))) };
  }
  if (phase === 'Enforce' || subject.owned || reading.kind !== 'Tag') return {};
  if (!mayRewrite(subject, true)) return {};
  if (declaredLocal || (code === 'StreamUnavailable' && reading.short)) {
    return settings.unresolved === 'Deny'
      ? { refusal: refusal(code, subject.kind, place, followedBy(sentence(), otherwise(reading, code))) }
      : { warning: () => followedBy(sentence(), asWritten) };
  }
  if (resolveAll) return { warning: () => followedBy(sentence(), asWritten) };
  if (code === 'LookupDisabled') return { warning: sentence };
  const mistyped = code === 'StreamNotFound' && similarStream(reading, streams) !== undefined;
  return mistyped ? { warning: () => followedBy(sentence(), otherwise(reading, code)) } : {};
}

function prohibition(
  place: ImagePlace,
  reading: Reading,
  resolution: Resolved | undefined,
  { kind, policy }: Subject,
  { excludedRules }: ImageContext,
): Refusal | undefined {
  if (!policy.coveredByExecution) return undefined;
  // OpenShift's placeholder, a blank: nothing can run it
  if (place.image.trim() === '') return undefined;
  if (reading.kind === 'Unreadable') {
    const sentence = `it is not an image reference (${reading.message}), so no execution rule can judge it`;
    return refusal('Unreadable', kind, place, sentence);
  }
  const verdict = policy.accepts({ name: resolution?.reference ?? reading.reference, excludedRules });
  if (verdict.accepted) return undefined;
  const sentence = `this image is prohibited by policy: ${verdict.message}`;
  return refusal('ProhibitedByPolicy', kind, place, sentence);
}
