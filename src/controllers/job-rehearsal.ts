import { type ApiClient, resourcePath } from '../cluster/index.ts';
import { heldAnnotation } from '../triggers/index.ts';
import { type KubernetesObject, valueAt } from '../workloads/index.ts';
import { fieldManager } from './trigger-field-manager.ts';

/** What no write of ours ever says; admission takes it away. */
const probe = '?';

/**
 * Has the API server go through all of a Job's creation but for storing it, before another one is deleted to make room: validation,
 * quotas, policies, webhooks. It is tried under a name of its own, as the right one is taken.
 *
 * @returns whether this project's admission looked at it. Where it does not, nobody has checked who asked for the deletion.
 * @throws ApiError for what would be refused
 */
export async function rehearsed(
  client: ApiClient,
  { metadata: { name = '', namespace = '', ...metadata } = {}, ...job }: KubernetesObject,
  signal: AbortSignal,
): Promise<boolean> {
  const annotations = { ...metadata.annotations, [heldAnnotation]: probe };
  const body = { ...job, metadata: { ...metadata, namespace, generateName: `${name}-`, annotations } };
  const path = resourcePath({ group: 'batch', version: 'v1', resource: 'jobs', namespace });
  const query = { dryRun: 'All', fieldManager };
  const made = await client.create(path, body, { query, idempotent: true, signal });
  return valueAt(made, ['metadata', 'annotations', heldAnnotation]) !== probe;
}
