import { type KubernetesObject, valueAt } from '../workloads/index.ts';

/** The annotation that lists a workload's image triggers. Source: triggers.md §1.1. */
export const triggersAnnotation = 'image.openshift.io/triggers';

/** Kubernetes stores no more than 256 KiB of annotations on one object. */
export const longestAnnotation = 256 * 1024;

/** Far above what a pod has containers; keeps the answer to a hostile annotation short. */
export const mostEntries = 256;

/**
 * The annotation's value on the object itself, never on its pod template (triggers.md §1.1); undefined when absent.
 * A string in anything the API server sends; a manifest from a file may hold something else.
 */
export function annotationOf(object: KubernetesObject): unknown {
  const annotations = valueAt(object, ['metadata', 'annotations']);
  if (typeof annotations !== 'object' || annotations === null) return undefined;
  return Object.hasOwn(annotations, triggersAnnotation)
    ? (valueAt(annotations, [triggersAnnotation]) ?? undefined)
    : undefined;
}
