import {
  fireAnnotation,
  heldAnnotation,
  onChangeAnnotation,
  releaseAnnotation,
  triggersAnnotation,
} from '../triggers/index.ts';
import { annotationText, isControlled, isJob } from '../workloads/index.ts';
import type { AdmissionRequest, UserInfo } from './request.ts';
import { roleSubject, userOf } from './role-subject.ts';
import type { Subject } from './subject.ts';
import type { JobQuestion, PullAnswer, Surroundings } from './surroundings.ts';
import { triggerWriterOf } from './trigger-writer.ts';

/** Whoever has Jobs deleted and made anew must be allowed to do so himself. */
export type RecreationCode = 'MayNotRecreate' | 'PermissionUnknown';

export interface RecreationProblem {
  readonly code: RecreationCode;
  /** One sentence. */
  readonly message: string;
}

/** Annotations by which a write has a Job made anew, now or later. */
export const recreationAnnotations = [
  onChangeAnnotation,
  triggersAnnotation,
  fireAnnotation,
  releaseAnnotation,
  heldAnnotation,
] as const;

/**
 * May the user of a request have the Job made anew? Asked when he sets `imagestreams.io/on-change`, and when he changes what makes it
 * act; without it, whoever may annotate a Job could have it deleted. Nothing where nobody can be asked for want of a cluster.
 */
export async function recreationProblem(
  subject: Subject,
  request: AdmissionRequest,
  { settings, userMayOnJobs }: Surroundings,
): Promise<RecreationProblem | undefined> {
  if (userMayOnJobs === undefined || !asksAnew(subject)) return undefined;
  // the user who wrote the Job in the first place was asked
  if (triggerWriterOf(request, settings).kind === 'Controller') return undefined;
  const { userInfo: user = {} } = request;
  const { namespace } = subject;
  const name = request.name ?? '';
  const verbs = ['delete', 'create'] as const;
  const answers = await Promise.all(
    verbs.map((verb) => answerTo(userMayOnJobs, { user, verb, namespace, name })),
  );
  const missing = verbs.filter((_, index) => answers[index]?.allowed === false);
  if (missing.length > 0) return mayNot(subject, user, missing);
  return answers.includes(undefined) ? unknown(subject, user) : undefined;
}

function asksAnew({ kind, object, old, owned, ephemeral }: Subject): boolean {
  if (owned || ephemeral || !isJob(kind) || annotationText(object, onChangeAnnotation) === undefined)
    return false;
  // nobody looks at the annotations of an owned object
  if (old === undefined || isControlled(old)) return true;
  return recreationAnnotations.some((key) => annotationText(object, key) !== annotationText(old, key));
}

async function answerTo(
  ask: NonNullable<Surroundings['userMayOnJobs']>,
  question: JobQuestion,
): Promise<PullAnswer | undefined> {
  try {
    return await ask(question);
  } catch {
    return undefined;
  }
}

function mayNot({ namespace }: Subject, user: UserInfo, missing: readonly string[]): RecreationProblem {
  const { option, prefix } = roleSubject(user);
  const role = `kubectl create role job-recreation --namespace=${namespace} --verb=create,delete --resource=jobs.batch`;
  const binding = `kubectl create rolebinding ${prefix}job-recreation --namespace=${namespace} --role=job-recreation ${option}`;
  return {
    code: 'MayNotRecreate',
    message: `${onChangeAnnotation} has the Job deleted and made anew, and ${userOf(user)} may not ${missing.join(' and ')} jobs.batch in namespace "${namespace}"; leave the annotation out, or have this allowed: ${role} && ${binding}`,
  };
}

function unknown({ namespace }: Subject, user: UserInfo): RecreationProblem {
  return {
    code: 'PermissionUnknown',
    message: `${onChangeAnnotation} has the Job deleted and made anew, and the API server could not be asked whether ${userOf(user)} may delete and create jobs.batch in namespace "${namespace}"; try again`,
  };
}
