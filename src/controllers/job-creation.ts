import { type ApiClient, isApiError, type JsonObject, resourcePath } from '../cluster/index.ts';
import { handOverPatch, imageOwnership } from '../triggers/index.ts';
import { type KubernetesObject, valueAt } from '../workloads/index.ts';
import { jobKind } from './job-kind.ts';
import type { StoredRecord } from './job-record.ts';
import { fieldManager } from './trigger-field-manager.ts';

/** Others keep writing the status of a Job that starts. */
const mostConflicts = 20;

/**
 * What there is in the place of a Job that was deleted to be made anew.
 * - `Waiting`: that one, on its way out, and what it waits for.
 * - `Untouched`: that one, in the version that may be deleted; a deletion may be under way.
 * - `Changed`: that one, in another version: it cannot be deleted any more on this record's account.
 * - `Made`: the new one.
 * - `Other`: one that somebody else has made.
 * - `Impossible`: nothing, and there is no such namespace any more.
 */
export type JobPlace =
  | { readonly kind: 'Untouched' | 'Changed' | 'Other' | 'Impossible' }
  | { readonly kind: 'Waiting'; readonly finalizers: readonly string[] }
  | { readonly kind: 'Made'; readonly job: KubernetesObject };

/** Looks, and makes the new Job where there is none. @throws ApiError */
export async function jobInPlace(
  client: ApiClient,
  record: StoredRecord,
  signal: AbortSignal,
): Promise<JobPlace> {
  const found = await read(client, record, signal);
  if (found !== undefined) return placeOf(found, record);
  try {
    const { collection } = pathsOf(record);
    const query = { fieldManager };
    return {
      kind: 'Made',
      job: (await client.create(collection, record.job, { query, signal })) as JsonObject,
    };
  } catch (error) {
    if (isApiError(error, 'NotFound')) return { kind: 'Impossible' };
    throw error;
  }
}

/**
 * Gives the new Job to those who owned the old one (`metadata.managedFields`), so that whoever applies the manifest next finds no
 * conflict. It changes nothing else.
 *
 * @returns the Job; undefined when it is gone
 * @throws ApiError
 */
export async function handedOver(
  client: ApiClient,
  record: StoredRecord,
  made: KubernetesObject,
  signal: AbortSignal,
): Promise<KubernetesObject | undefined> {
  const { object } = pathsOf(record);
  let job: KubernetesObject | undefined = made;
  for (let attempts = 0; job !== undefined && uidOf(job) === uidOf(made); attempts += 1) {
    try {
      const patch = handOverPatch(job, record.owners, fieldManager);
      const options = { type: 'application/json-patch+json', query: { fieldManager }, signal } as const;
      return (await client.patch(object, patch, options)) as JsonObject;
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined;
      if (!isApiError(error, 'Conflict') || attempts >= mostConflicts) throw error;
      job = await read(client, record, signal);
    }
  }
  return undefined;
}

function placeOf(found: KubernetesObject, { uid, resourceVersion }: StoredRecord): JobPlace {
  if (uidOf(found) !== uid) {
    // who made it for us owns its images until it is handed over
    const isOurs = imageOwnership(jobKind, found, fieldManager) !== undefined;
    return isOurs ? { kind: 'Made', job: found } : { kind: 'Other' };
  }
  if (valueAt(found, ['metadata', 'deletionTimestamp']) !== undefined) {
    const finalizers = valueAt(found, ['metadata', 'finalizers']);
    return { kind: 'Waiting', finalizers: Array.isArray(finalizers) ? finalizers.map(String) : [] };
  }
  const isSame = valueAt(found, ['metadata', 'resourceVersion']) === resourceVersion;
  return { kind: isSame ? 'Untouched' : 'Changed' };
}

async function read(client: ApiClient, record: StoredRecord, signal: AbortSignal) {
  return (await client.find(pathsOf(record).object, { signal })) as KubernetesObject | undefined;
}

function pathsOf({ job: { metadata: { namespace = '', name = '' } = {} } }: StoredRecord) {
  const place = { group: 'batch', version: 'v1', resource: 'jobs', namespace };
  return { collection: resourcePath(place), object: resourcePath({ ...place, name }) };
}

function uidOf(job: KubernetesObject): unknown {
  return valueAt(job, ['metadata', 'uid']);
}
