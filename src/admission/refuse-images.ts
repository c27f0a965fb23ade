import type { ImageDecision } from './decide-images.ts';
import { type Answer, invalid, qualifiedKind } from './response.ts';
import type { Subject } from './subject.ts';

/**
 * The refusal of a request for its images: 422 with one cause per image; 503, which clients may retry, when all that is
 * wrong is that the API server could not be asked.
 */
export function refuseImages({ kind, name }: Subject, { refusals, warnings }: ImageDecision): Answer {
  const causes = refusals.map(({ field, message }) => ({
    reason: 'FieldValueForbidden' as const,
    field,
    message: `Forbidden: ${message}`,
  }));
  const answer = invalid({ kind: kind.kind, group: kind.group, name }, causes, warnings);
  if (answer.allowed || !refusals.every(({ code }) => code === 'StreamUnavailable')) return answer;
  const said = refusals.map(({ field, message }) => `${field}: ${message}`).join('; ');
  const message = `${qualifiedKind(kind)} "${name}" could not be reviewed: ${said}`;
  return { ...answer, status: { ...answer.status, code: 503, reason: 'ServiceUnavailable', message } };
}
