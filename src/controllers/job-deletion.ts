import { type ApiClient, ApiError, isApiError } from '../cluster/index.ts';
import { carriedOwners, recreatedJob, type TriggeredWorkload, type TriggerPlan } from '../triggers/index.ts';
import type { JobRecord, StoredRecord } from './job-record.ts';
import type { JobRecords } from './job-records.ts';
import { rehearsed } from './job-rehearsal.ts';
import { fieldManager } from './trigger-field-manager.ts';
import type { WorkloadName } from './trigger-workloads.ts';
import { pathOf, readTriggered, type TriggeredObject } from './trigger-writer.ts';

/** Whoever writes in between writes for a reason; more of that in a row is somebody's loop. */
const mostConflicts = 10;

export interface JobDeletionOptions {
  readonly client: ApiClient;
  readonly records: JobRecords;
  /** Told of a record once its Job is deleted, or when nobody knows whether it is. */
  readonly onDeleted: (record: StoredRecord) => void;
  /** Told when there is a record of the Job that nobody has told of. */
  readonly onLeftOver: () => void;
}

/**
 * What became of a Job that is to be made anew.
 * - `Deleted`: it is on its way out, and its record says what comes.
 * - `Refused`: the API server would not take the new one, or not let this one go; nothing was done.
 * - `Unreviewed`: admission does not look at it, so nobody checked who asked for that; nothing was done.
 * - `Unchanged`: as it is now there is nothing to make anew.
 * - `Gone`: somebody else deleted it, or its triggers.
 */
export type JobDeletion =
  | { readonly kind: 'Deleted' }
  | { readonly kind: 'Refused'; readonly plan: TriggerPlan; readonly error: ApiError }
  | { readonly kind: 'Unreviewed'; readonly plan: TriggerPlan }
  | { readonly kind: 'Unchanged' | 'Gone' };

/**
 * Deletes a Job to make it anew. Decided on what is stored and for that version only, rehearsed, and written down first, so that it
 * is made again whatever happens to this process from then on.
 *
 * @throws ApiError for what may pass by itself
 */
export async function deleteJob(
  options: JobDeletionOptions,
  name: WorkloadName,
  plan: (live: TriggeredWorkload) => Promise<TriggerPlan>,
  signal: AbortSignal,
): Promise<JobDeletion> {
  for (let attempts = 0; ; attempts += 1) {
    const live = await readTriggered(options.client, name, signal);
    if (live === undefined) return { kind: 'Gone' };
    const planned = await plan(live.workload);
    if (!planned.recreates) return { kind: 'Unchanged' };
    try {
      const deletion = await attempt(options, name, live, planned, signal);
      if (deletion !== undefined) return deletion;
      if (attempts >= mostConflicts)
        throw new ApiError('Conflict', `Others keep changing the Job ${name.key}.`);
    } catch (error) {
      if (!(error instanceof ApiError) || !refusals.includes(error.code)) throw error;
      return { kind: 'Refused', plan: planned, error };
    }
  }
}

const refusals: readonly ApiError['code'][] = ['Forbidden', 'Invalid', 'TooLarge'];

/** Undefined when another version is stored by now. */
async function attempt(
  options: JobDeletionOptions,
  name: WorkloadName,
  { workload: { uid, resourceVersion }, stored }: TriggeredObject,
  plan: TriggerPlan,
  signal: AbortSignal,
): Promise<JobDeletion | undefined> {
  const { client, records } = options;
  const job = recreatedJob(stored, plan);
  if (!(await rehearsed(client, job, signal))) return { kind: 'Unreviewed', plan };
  const images = plan.images.map(({ container: { name: container }, from, to, tag }) => {
    return { container, from, to, tag };
  });
  const owners = carriedOwners(stored, fieldManager);
  const record = await written(options, { uid, resourceVersion, job, owners, images }, signal);
  try {
    // its pods are gone before it is: the old ones and the new ones never run side by side
    const propagationPolicy = 'Foreground';
    await client.delete(pathOf(name), { preconditions: { uid, resourceVersion }, propagationPolicy, signal });
  } catch (error) {
    if (!(error instanceof ApiError) || !undone.includes(error.code)) {
      options.onDeleted(record);
      throw error;
    }
    await records.remove(record, signal);
    if (error.code === 'Forbidden') throw error;
    return error.code === 'NotFound' ? { kind: 'Gone' } : undefined;
  }
  options.onDeleted(record);
  return { kind: 'Deleted' };
}

/** Answers to a deletion that has not been done; after others nobody knows. */
const undone: readonly ApiError['code'][] = ['Conflict', 'NotFound', 'Forbidden'];

async function written(
  { records, onLeftOver }: JobDeletionOptions,
  record: JobRecord,
  signal: AbortSignal,
): Promise<StoredRecord> {
  try {
    return await records.create(record, signal);
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) onLeftOver();
    throw error;
  }
}
