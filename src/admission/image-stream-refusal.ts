import { type FieldProblem, fieldProblemText, invalidStreamMessage } from '../imagestream/index.ts';
import type { StreamSubject } from './image-stream-subject.ts';
import { type Answer, type Cause, qualifiedKind, type RefusalStatus } from './response.ts';

/** The rest comes when these are mended. */
const mostTold = 32;

/** The refusal of a stream for what is wrong with its fields, in the API server's own words: 422 with one cause for each. */
export function refuseStream(
  subject: StreamSubject,
  problems: readonly FieldProblem[],
  warnings: readonly string[] = [],
): Answer {
  const told = problems.slice(0, mostTold);
  const message = invalidStreamMessage(subject.name, told);
  return { ...refusal(subject, told, { code: 422, reason: 'Invalid', message }), warnings };
}

/** The refusal of a stream because nobody could be asked: 503, which clients may retry. */
export function unavailableStream(subject: StreamSubject, problems: readonly FieldProblem[]): Answer {
  const told = problems.slice(0, mostTold);
  const said = told.map(({ field, detail }) => `${field}: ${detail}`).join('; ');
  const message = `${qualifiedKind(subject.kind)} "${subject.name}" could not be reviewed: ${said}`;
  return refusal(subject, told, { code: 503, reason: 'ServiceUnavailable', message });
}

function refusal(
  { kind: { group, kind }, name }: StreamSubject,
  problems: readonly FieldProblem[],
  status: Pick<RefusalStatus, 'code' | 'reason' | 'message'>,
): Answer {
  const details = { group, kind, name, causes: problems.map(causeOf) };
  return { allowed: false, status: { ...status, details }, warnings: [] };
}

function causeOf(problem: FieldProblem): Cause {
  const { type, field } = problem;
  const message = fieldProblemText(problem).slice(field.length + ': '.length);
  return { reason: `FieldValue${type}`, field, message };
}
