import { type KubernetesObject, valueAt } from '../workloads/index.ts';

/**
 * How far a Job is.
 * - `Waiting`: no pod of it was ever made, and none will be without a change to the Job.
 * - `Started`: it may have pods, or may have had some.
 * - `Finished`: Complete or Failed.
 * - `Elsewhere`: another controller than Kubernetes' own runs it (`spec.managedBy`), and says how in ways of its own.
 */
export type JobPhase = 'Waiting' | 'Started' | 'Finished' | 'Elsewhere';

const ownController = 'kubernetes.io/job-controller';

/**
 * The phase of a Job as the API server sends it; unsure is `Started`. A Job that is not suspended is about to start, whatever its status
 * says: the Job controller makes pods first and tells of them afterwards. One that was suspended later than at its creation may
 * have run, and its status has forgotten that; but its generation grew.
 */
export function jobPhase(job: KubernetesObject): JobPhase {
  const managedBy = valueAt(job, ['spec', 'managedBy']);
  if (managedBy !== undefined && managedBy !== ownController) return 'Elsewhere';
  if (hasEnded(job)) return 'Finished';
  const isAsMade = valueAt(job, ['metadata', 'generation']) === 1;
  const isSuspended = valueAt(job, ['spec', 'suspend']) === true;
  return isAsMade && isSuspended && !hasRun(job) ? 'Waiting' : 'Started';
}

function hasEnded(job: KubernetesObject): boolean {
  const conditions = valueAt(job, ['status', 'conditions']);
  if (!Array.isArray(conditions)) return false;
  return conditions.some(
    (condition) =>
      ['Complete', 'Failed'].includes(valueAt(condition, ['type']) as string) &&
      valueAt(condition, ['status']) === 'True',
  );
}

const counts = ['active', 'ready', 'terminating', 'succeeded', 'failed'];

function hasRun(job: KubernetesObject): boolean {
  const status = (...path: readonly string[]) => valueAt(job, ['status', ...path]);
  // there from the first, with lists that are left out while they are empty
  const uncounted = ['succeeded', 'failed'].map((list) => status('uncountedTerminatedPods', list));
  return (
    status('startTime') !== undefined ||
    uncounted.some((list) => list !== undefined) ||
    counts.some((field) => (status(field) ?? 0) !== 0)
  );
}
