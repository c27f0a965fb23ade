import { claimCheck } from './claim.ts';
import { decide } from './decide.ts';
import type { ImageDecision, Rewrite } from './decide-images.ts';
import { mutateStream } from './image-stream-mutate.ts';
import { isStreamRequest } from './image-stream-subject.ts';
import { annotationPatch, imagePatch, type PatchOperation } from './patch.ts';
import { provenanceOf } from './provenance.ts';
import { aboutImage } from './refusal.ts';
import { refuseImages } from './refuse-images.ts';
import type { AdmissionRequest } from './request.ts';
import { type Answer, admitted } from './response.ts';
import { storedImages } from './stored-images.ts';
import { type ImagesInScope, imagesInScope, type Subject, subjectOf } from './subject.ts';
import type { Reviewed, Surroundings } from './surroundings.ts';

const notConcerned: Reviewed = { answer: admitted };

/**
 * The mutating webhook: image names of the request's new or changed images become digests, and the provenance annotation
 * is brought to what it must be. No side effects: the answer to a dry run is the answer to the real thing.
 */
export function mutate(request: AdmissionRequest, around: Surroundings): Reviewed | Promise<Reviewed> {
  if (isStreamRequest(request)) return mutateStream(request, around);
  const { settings } = around;
  const subject = subjectOf(request, settings);
  if (subject === undefined) return notConcerned;
  const scope = imagesInScope(subject, settings);
  const stored = storedImages(subject, scope.changed, settings);
  const open = stored.length === 0 ? scope : without(stored, scope);
  const decision = decide(subject, open, 'Mutate', around);
  const finish = (decided: ImageDecision): Reviewed => {
    const whole = { ...decided, rewrites: [...stored, ...decided.rewrites] };
    return { answer: answerTo(subject, scope, whole, around), subject, decision: whole };
  };
  return decision instanceof Promise ? decision.then(finish) : finish(decision);
}

function without(stored: readonly Rewrite[], scope: ImagesInScope): ImagesInScope {
  const settled = new Set(stored.map(({ place }) => place));
  return { ...scope, changed: scope.changed.filter((place) => !settled.has(place)) };
}

function answerTo(
  subject: Subject,
  scope: ImagesInScope,
  decision: ImageDecision,
  around: Surroundings,
): Answer {
  const { rewrites, refusals, warnings } = decision;
  if (refusals.length > 0) return refuseImages(subject, decision);
  const images = imagePatch(subject.kind, rewrites);
  if (subject.ephemeral) {
    const named = rewrites.map(({ place, pullSpec }) => aboutImage(place, `resolved to "${pullSpec}"`));
    return answer(images, [...warnings, ...named]);
  }
  if (subject.owned) return answer([], warnings);
  const wanted = around.settings.provenance
    ? provenanceOf(subject, scope, rewrites, claimCheck(subject, scope, around))
    : undefined;
  return answer([...images, ...annotationPatch(subject.object, wanted)], warnings);
}

function answer(patch: readonly PatchOperation[], warnings: readonly string[]): Answer {
  return patch.length === 0 && warnings.length === 0 ? admitted : { allowed: true, patch, warnings };
}
