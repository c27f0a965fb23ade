import type { AddOperation, RemoveOperation, ReplaceOperation } from 'fast-json-patch';
import { imagePointer, type KubernetesObject, valueAt, type WorkloadKind } from '../workloads/index.ts';
import type { Rewrite } from './decide-images.ts';
import { isRecord } from './request.ts';

/**
 * JSON Patch (RFC 6902) without `test`: the API server answers a failed one with a 500 that no user can act on, and the
 * object it patches is the one it sent.
 */
export type PatchOperation = ReplaceOperation<unknown> | AddOperation<unknown> | RemoveOperation;

/** Writes image strings, and nothing beside them; a manifest may leave out the image of a container that follows a tag. */
export function imagePatch(kind: WorkloadKind, rewrites: readonly Rewrite[]): readonly PatchOperation[] {
  return rewrites.map(({ place, pullSpec }) => ({
    op: place.image === '' ? 'add' : 'replace',
    path: imagePointer(kind, place),
    value: pullSpec,
  }));
}

/** Brings annotations of the object's own metadata to the values they must have; undefined for none. */
export function annotationsPatch(
  object: KubernetesObject,
  wanted: ReadonlyMap<string, string | undefined>,
): readonly PatchOperation[] {
  const operations: PatchOperation[] = [];
  const added: Record<string, string> = {};
  for (const [key, text] of wanted) {
    const present = valueAt(object, ['metadata', 'annotations', key]);
    if (present === text || (isAbsent(present) && text === undefined)) continue;
    if (text === undefined) operations.push({ op: 'remove', path: pointerTo(key) });
    else if (present === undefined) added[key] = text;
    else operations.push({ op: 'replace', path: pointerTo(key), value: text });
  }
  return [...operations, ...additions(object, added)];
}

function pointerTo(key: string): string {
  return `/metadata/annotations/${key.replaceAll('/', '~1')}`;
}

/** Adds annotations together with whatever is missing above them; nothing where metadata are no object at all. */
function additions(
  object: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): readonly PatchOperation[] {
  const entries = Object.entries(annotations);
  if (entries.length === 0) return [];
  const metadata = valueAt(object, ['metadata']);
  if (isAbsent(metadata)) return [{ op: 'add', path: '/metadata', value: { annotations } }];
  if (!isRecord(metadata)) return [];
  const present = metadata['annotations'];
  if (isAbsent(present)) return [{ op: 'add', path: '/metadata/annotations', value: annotations }];
  if (!isRecord(present)) return [];
  return entries.map(([key, value]) => ({ op: 'add', path: pointerTo(key), value }));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}
