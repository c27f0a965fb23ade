import type { JsonObject } from '../cluster/index.ts';
import type { PlannedImage } from '../triggers/index.ts';
import { type KubernetesObject, valueAt } from '../workloads/index.ts';

/** A Job that is deleted to be made anew: all that it takes to make it, whatever becomes of this process. */
export interface JobRecord {
  /** Of the Job that is deleted, and the version that was decided on: no other one may be deleted. */
  readonly uid: string;
  readonly resourceVersion: string;
  /** The manifest of the new Job, with namespace and name. */
  readonly job: KubernetesObject;
  /** Entries of `metadata.managedFields` that it is given. */
  readonly owners: readonly unknown[];
  readonly images: readonly RecreatedImage[];
}

/** One that the API server keeps. */
export interface StoredRecord extends JobRecord {
  /** Of the record itself: another one of the same Job is not this one. */
  readonly id: string;
}

/** An image for which the Job is made anew. */
export interface RecreatedImage extends Pick<PlannedImage, 'from' | 'to' | 'tag'> {
  readonly container: string;
}

/** Marks the records among the objects of their namespace. */
export const recordLabel = 'imagestreams.io/record';
export const jobRecord = 'job';

/** One for each Job, so that two processes cannot both be about to delete it. */
export function recordName({ uid }: Pick<JobRecord, 'uid'>): string {
  return `job-${uid}`;
}

/**
 * The record as it is stored: a ControllerRevision, which holds any JSON, cannot be changed afterwards, and may be written by no role
 * that Kubernetes gives to users.
 */
export function recordObject(record: JobRecord, namespace: string): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { namespace, name: recordName(record), labels: { [recordLabel]: jobRecord } },
    revision: 1,
    data: { ...record },
  };
}

/** Undefined for what is no such record. */
export function recordOf(object: unknown): StoredRecord | undefined {
  const id = valueAt(object, ['metadata', 'uid']);
  const data = valueAt(object, ['data']);
  const text = (...path: readonly string[]) => {
    const value = valueAt(data, path);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [uid, resourceVersion] = [text('uid'), text('resourceVersion')];
  const named = text('job', 'metadata', 'namespace') && text('job', 'metadata', 'name');
  const [owners, images] = [valueAt(data, ['owners']), valueAt(data, ['images'])];
  if (typeof id !== 'string' || uid === undefined || resourceVersion === undefined || !named)
    return undefined;
  if (!Array.isArray(owners) || !Array.isArray(images)) return undefined;
  return { id, uid, resourceVersion, job: valueAt(data, ['job']) as KubernetesObject, owners, images };
}
