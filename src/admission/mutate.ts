import { claimCheck } from './claim.ts';
import { decide } from './decide.ts';
import type { ImageDecision, Rewrite } from './decide-images.ts';
import { mutateStream } from './image-stream-mutate.ts';
import { isStreamRequest } from './image-stream-subject.ts';
import { annotationsPatch, imagePatch, type PatchOperation } from './patch.ts';
import { provenanceOf, resolvedAnnotation } from './provenance.ts';
import { aboutImage } from './refusal.ts';
import { refuseImages } from './refuse-images.ts';
import type { AdmissionRequest } from './request.ts';
import { type Answer, admitted } from './response.ts';
import { storedImages } from './stored-images.ts';
import { type ImagesInScope, imagesInScope, type Subject, subjectOf } from './subject.ts';
import type { Reviewed, Surroundings } from './surroundings.ts';
import { concernsTriggers, reviewTriggers, type TriggerReview } from './trigger-review.ts';

const notConcerned: Reviewed = { answer: admitted };

/**
 * The mutating webhook: image names of the request's new or changed images become digests, triggers give the images of the tags
 * that they follow, and the annotations that tell of both are brought to what they must be. No side effects: the answer to a dry
 * run is the answer to the real thing.
 */
export function mutate(request: AdmissionRequest, around: Surroundings): Reviewed | Promise<Reviewed> {
  if (isStreamRequest(request)) return mutateStream(request, around);
  const subject = subjectOf(request, around.settings);
  if (subject === undefined) return notConcerned;
  const scope = imagesInScope(subject, around.settings);
  if (!concernsTriggers(subject)) return mutateImages(subject, scope, around);
  return reviewTriggers(subject, scope, request, around).then((triggers) =>
    mutateImages(subject, scope, around, triggers),
  );
}

function mutateImages(
  subject: Subject,
  scope: ImagesInScope,
  around: Surroundings,
  triggers?: TriggerReview,
): Reviewed | Promise<Reviewed> {
  const given = triggers?.rewrites ?? [];
  const ungiven = without(given, scope);
  const stored = [...given, ...storedImages(subject, ungiven.changed, around.settings)];
  const open = stored.length === 0 ? scope : without(stored, scope);
  const decision = decide(
    subject,
    open,
    'Mutate',
    triggers?.waited === true ? withoutWaiting(around) : around,
  );
  const finish = (decided: ImageDecision): Reviewed => {
    const whole = {
      ...decided,
      rewrites: [...stored, ...decided.rewrites],
      warnings: [...decided.warnings, ...(triggers?.warnings ?? [])],
      outcomes: [...decided.outcomes, ...given.map(() => 'Resolved' as const)],
    };
    const answered = { answer: answerTo(subject, scope, whole, around, triggers), subject, decision: whole };
    return triggers === undefined ? answered : { ...answered, triggers: triggers.decisions };
  };
  return decision instanceof Promise ? decision.then(finish) : finish(decision);
}

/** The API server does not wait for two waits. */
function withoutWaiting({ firstImports: _, ...around }: Surroundings): Surroundings {
  return around;
}

function without(rewrites: readonly Rewrite[], scope: ImagesInScope): ImagesInScope {
  if (rewrites.length === 0) return scope;
  const settled = new Set(rewrites.map(({ place }) => place));
  return { ...scope, changed: scope.changed.filter((place) => !settled.has(place)) };
}

function answerTo(
  subject: Subject,
  scope: ImagesInScope,
  decision: ImageDecision,
  around: Surroundings,
  triggers: TriggerReview | undefined,
): Answer {
  const { rewrites, refusals, warnings } = decision;
  if (refusals.length > 0) return refuseImages(subject, decision);
  const images = imagePatch(subject.kind, rewrites);
  if (subject.ephemeral) {
    const named = rewrites.map(({ place, pullSpec }) => aboutImage(place, `resolved to "${pullSpec}"`));
    return answer(images, [...warnings, ...named]);
  }
  if (subject.owned) return answer([], warnings);
  const isTrue = triggers?.believed === true ? () => true : claimCheck(subject, scope, around);
  const resolved = around.settings.provenance
    ? provenanceOf(subject, scope, rewrites, isTrue, triggers?.origins)
    : undefined;
  const annotations = new Map([
    [resolvedAnnotation, resolved],
    ...(triggers?.annotations(decision.rewrites) ?? []),
  ]);
  return answer([...images, ...annotationsPatch(subject.object, annotations)], warnings);
}

function answer(patch: readonly PatchOperation[], warnings: readonly string[]): Answer {
  return patch.length === 0 && warnings.length === 0 ? admitted : { allowed: true, patch, warnings };
}
