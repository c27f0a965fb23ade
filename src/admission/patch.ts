import type { AddOperation, RemoveOperation, ReplaceOperation } from 'fast-json-patch';
import { imagePointer, type KubernetesObject, valueAt, type WorkloadKind } from '../workloads/index.ts';
import type { Rewrite } from './decide-images.ts';
import { annotationOf, resolvedAnnotation } from './provenance.ts';
import { isRecord } from './request.ts';

/**
 * JSON Patch (RFC 6902) without `test`: the API server answers a failed one with a 500 that no user can act on, and the
 * object it patches is the one it sent.
 */
export type PatchOperation = ReplaceOperation<unknown> | AddOperation<unknown> | RemoveOperation;

/** Writes image strings, and nothing beside them. */
export function imagePatch(kind: WorkloadKind, rewrites: readonly Rewrite[]): readonly PatchOperation[] {
  return rewrites.map(({ place, pullSpec }) => ({
    op: 'replace',
    path: imagePointer(kind, place),
    value: pullSpec,
  }));
}

const annotationPointer = `/metadata/annotations/${resolvedAnnotation.replaceAll('/', '~1')}`;

/** Brings the provenance annotation of the object's own metadata to the value it must have. */
export function annotationPatch(
  object: KubernetesObject,
  wanted: string | undefined,
): readonly PatchOperation[] {
  const present = annotationOf(object);
  if (present === wanted) return [];
  if (wanted === undefined) return [{ op: 'remove', path: annotationPointer }];
  if (present !== undefined) return [{ op: 'replace', path: annotationPointer, value: wanted }];
  return addition(object, { [resolvedAnnotation]: wanted });
}

/** Adds the annotation together with whatever is missing above it; nothing where metadata are no object at all. */
function addition(
  object: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): readonly PatchOperation[] {
  const metadata = valueAt(object, ['metadata']);
  if (isAbsent(metadata)) return [{ op: 'add', path: '/metadata', value: { annotations } }];
  if (!isRecord(metadata)) return [];
  const present = metadata['annotations'];
  if (isAbsent(present)) return [{ op: 'add', path: '/metadata/annotations', value: annotations }];
  return isRecord(present)
    ? [{ op: 'add', path: annotationPointer, value: annotations[resolvedAnnotation] }]
    : [];
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
