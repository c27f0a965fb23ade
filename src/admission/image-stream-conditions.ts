import {
  candidatesAnnotation,
  mostAnnotationBytes,
  removedTagsAnnotation,
  tagsAnnotation,
  updatedAnnotation,
} from '../imagestream/index.ts';
import { annotationDiffers, type MatchCondition } from './match-conditions.ts';

/** Annotations of a stream that nobody may forge; those of the user's own mean nothing to the webhook. */
const guarded = [removedTagsAnnotation, candidatesAnnotation, tagsAnnotation, updatedAnnotation];

/** A label, a finalizer, an owner or somebody's annotation changes without the mutating webhook. */
export const streamMutateConditions: readonly MatchCondition[] = [
  changed(differs('spec'), ...guarded.map(annotationDiffers)),
];

/** And these, and the annotations too, without the validating one, unless the annotations become more than they may. */
export const streamValidateConditions: readonly MatchCondition[] = [
  changed(differs('spec'), `((${differs('metadata.annotations')}) && ${heavyAnnotations()})`),
];

export const streamStatusConditions: readonly MatchCondition[] = [changed(differs('status'))];

function changed(...terms: readonly string[]): MatchCondition {
  return { name: 'changed', expression: ["request.operation != 'UPDATE'", ...terms].join(' || ') };
}

function heavyAnnotations(): string {
  const annotations = 'object.metadata.annotations';
  const bytes = `size(bytes(key)) + size(bytes(${annotations}[key]))`;
  return `has(${annotations}) && ${annotations}.map(key, ${bytes}).sum() > ${mostAnnotationBytes}`;
}

function differs(part: string): string {
  const present = `has(object.${part})`;
  return `${present} != has(oldObject.${part}) || (${present} && object.${part} != oldObject.${part})`;
}
