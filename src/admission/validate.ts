import {
  diagnoseExistence,
  diagnoseTriggers,
  forgiveStored,
  onChangeFindings,
  type Trigger,
  type TriggerFinding,
  triggersAnnotation,
} from '../triggers/index.ts';
import { valueAt } from '../workloads/index.ts';
import { decide } from './decide.ts';
import { isStreamRequest } from './image-stream-subject.ts';
import { validateStream } from './image-stream-validate.ts';
import { type RecreationProblem, recreationProblem } from './job-recreation.ts';
import { pullFindings } from './pull-findings.ts';
import { refuseImages } from './refuse-images.ts';
import type { AdmissionRequest } from './request.ts';
import { type Answer, admitted, type Cause, invalid, unavailable } from './response.ts';
import type { StreamSource } from './streams.ts';
import { imagesInScope, type Subject, subjectOf } from './subject.ts';
import type { Reviewed, Surroundings } from './surroundings.ts';
import { existingStreams } from './trigger-streams.ts';

/**
 * The validating webhook: the trigger annotation is diagnosed before it is stored, and where the policy can refuse images,
 * what is about to be stored is judged once more, after all mutation.
 */
export async function validate(request: AdmissionRequest, around: Surroundings): Promise<Reviewed> {
  if (isStreamRequest(request)) return await validateStream(request, around);
  const subject = subjectOf(request, around.settings);
  if (subject === undefined) return { answer: admitted };
  const decision = await enforced(subject, around);
  if (decision !== undefined && decision.refusals.length > 0) {
    return { answer: refuseImages(subject, decision), subject, decision };
  }
  if (subject.owned || subject.ephemeral) return { answer: admitted, subject };
  const [found, problem] = await Promise.all([
    triggerFindings(subject, around),
    recreationProblem(subject, request, around),
  ]);
  const findings = [...found, ...onChangeFindings(subject.kind, subject.object, subject.old)];
  const answer = answerTo(subject, findings, problem);
  if (answer.allowed) return { answer, subject };
  const refused = findings.filter(({ severity }) => severity === 'Error');
  return { answer, subject, triggers: refused.map(() => 'Refused') };
}

function enforced(subject: Subject, around: Surroundings) {
  const { failOnResolutionFailure } = around.settings.policy;
  if (!failOnResolutionFailure && !subject.policy.coveredByExecution) return undefined;
  return decide(subject, imagesInScope(subject, around.settings), 'Enforce', around);
}

async function triggerFindings(subject: Subject, around: Surroundings): Promise<readonly TriggerFinding[]> {
  const { kind, object, old, namespace } = subject;
  if (valueAt(object, ['metadata', 'annotations', triggersAnnotation]) === undefined) return [];
  const now = diagnoseTriggers({ kind, object, namespace });
  const findings =
    old === undefined ? now.findings : forgiveStored(now, diagnoseTriggers({ kind, object: old, namespace }));
  if (now.triggers.length === 0) return findings;
  const { unreadable, pullable } = await pullFindings(subject, now.triggers, around);
  return [...findings, ...unreadable, ...(await missing(pullable, around.streams))];
}

async function missing(
  triggers: readonly Trigger[],
  streams: StreamSource,
): Promise<readonly TriggerFinding[]> {
  return diagnoseExistence(triggers, await existingStreams(triggers, streams));
}

/** The rest comes when these are mended. */
const mostTold = 32;

function answerTo(
  subject: Subject,
  findings: readonly Finding[],
  problem: RecreationProblem | undefined,
): Answer {
  if (findings.length === 0 && problem === undefined) return admitted;
  const warnings = findings
    .filter(({ severity }) => severity === 'Warning')
    .slice(0, mostTold)
    .map(({ message }) => message);
  const errors = findings.filter(({ severity }) => severity === 'Error').slice(0, mostTold);
  const forbidden = problem?.code === 'MayNotRecreate' ? [forbiddenCause(problem)] : [];
  const causes = [...forbidden, ...errors.map(causeOf)];
  if (causes.length > 0) return invalid(identityOf(subject), causes, warnings);
  if (problem !== undefined) return unavailable(identityOf(subject), forbiddenCause(problem));
  return { allowed: true, patch: [], warnings };
}

type Finding = Pick<TriggerFinding, 'severity' | 'message'>;

function identityOf({ kind: { kind, group }, name }: Subject) {
  return { kind, group, name };
}

// kubectl prints field and message of each cause; the message itself tells annotation, entry and key
function causeOf({ message }: Finding): Cause {
  return { reason: 'FieldValueInvalid', field: 'metadata.annotations', message: `Invalid value: ${message}` };
}

function forbiddenCause({ message }: RecreationProblem): Cause {
  return { reason: 'FieldValueForbidden', field: 'metadata.annotations', message: `Forbidden: ${message}` };
}
