import { isWrittenBy, type KubernetesObject, managedFieldsOf, valueAt } from '../workloads/index.ts';
import type { TriggerPatchOperation } from './trigger-patch.ts';

/**
 * The `metadata.managedFields` of an object as far as another one that takes its place can have them: who applied or wrote which
 * fields of it. Not what was written to subresources, nor what `manager` wrote.
 */
export function carriedOwners(object: KubernetesObject, manager: string): readonly unknown[] {
  return managedFieldsOf(object).filter(
    (entry) => !isWrittenBy(entry, manager) && !valueAt(entry, ['subresource']),
  );
}

/**
 * Gives an object that `manager` has made to those who owned the one before it, as if they had made it: the next apply finds no
 * conflict. Who has written to it since keeps what he owns. For the version that is given only.
 */
export function handOverPatch(
  made: KubernetesObject,
  carried: readonly unknown[],
  manager: string,
): readonly TriggerPatchOperation[] {
  const since = managedFieldsOf(made).filter((entry) => !isWrittenBy(entry, manager));
  const known = new Set(since.map(ownerOf));
  const owners = [...carried.filter((entry) => !known.has(ownerOf(entry))), ...since];
  const resourceVersion = valueAt(made, ['metadata', 'resourceVersion']);
  return [
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    // an entry without anything says that there is none; an empty list would be taken for "as before" by some versions
    { op: 'replace', path: '/metadata/managedFields', value: owners.length === 0 ? [{}] : owners },
  ];
}

/** The API server keeps one entry for each of these. */
function ownerOf(entry: unknown): string {
  const fields = ['manager', 'operation', 'apiVersion', 'subresource'];
  return JSON.stringify(fields.map((field) => valueAt(entry, [field]) ?? ''));
}
