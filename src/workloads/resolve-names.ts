import type { WorkloadKind } from './kinds.ts';
import { type KubernetesObject, valueAt } from './object.ts';

/** OpenShift's annotation that asks to look every image name up in the object's own namespace. */
export const resolveNamesAnnotation = 'alpha.image.policy.openshift.io/resolve-names';

/**
 * True when the annotation is exactly `*` on the pod template's metadata or on the object's own (image-policy.md §6.1).
 */
export function resolvesAllNames(kind: WorkloadKind, object: KubernetesObject): boolean {
  const own = valueAt(object, ['metadata', 'annotations', resolveNamesAnnotation]);
  if (own === '*') return true;
  const path = kind.templateMetadataPath;
  return path !== undefined && valueAt(object, [...path, 'annotations', resolveNamesAnnotation]) === '*';
}
