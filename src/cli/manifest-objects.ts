import { type KubernetesObject, valueAt } from '../workloads/index.ts';
import type { ManifestDocument, ManifestPath } from './manifest-documents.ts';

/** A Kubernetes object in a manifest, alone in its document or one of a List. */
export interface ManifestObject {
  readonly object: KubernetesObject;
  readonly document: ManifestDocument;
  /** Where in the document it stands; empty for the whole of it. */
  readonly path: ManifestPath;
}

/** The objects of a document, those of a `List` one by one; what is no object at all is left out. */
export function manifestObjects(document: ManifestDocument): readonly ManifestObject[] {
  const { value } = document;
  if (!isObject(value)) return [];
  const items = value['items'];
  if (typeof value.kind !== 'string' || !value.kind.endsWith('List') || !Array.isArray(items)) {
    return [{ object: value, document, path: [] }];
  }
  return items.flatMap((item: unknown, index) =>
    isObject(item) ? [{ object: typed(item, value), document, path: ['items', index] }] : [],
  );
}

/** The items of a typed list (`ImageStreamList`) need not say their kind. */
function typed(item: KubernetesObject, { apiVersion, kind = '' }: KubernetesObject): KubernetesObject {
  if (item.kind !== undefined || kind === 'List' || apiVersion === undefined) return item;
  return { apiVersion, kind: kind.slice(0, -'List'.length), ...item };
}

/** `Kind/name`, as messages call an object. */
export function objectLabel(object: KubernetesObject): string {
  const name = valueAt(object, ['metadata', 'name']) ?? valueAt(object, ['metadata', 'generateName']);
  return `${typeof object.kind === 'string' ? object.kind : 'object'}/${typeof name === 'string' ? name : ''}`;
}

/** The namespace an object asks for, or the one that holds for objects that ask for none. */
export function namespaceOf(object: KubernetesObject, otherwise: string): string {
  const namespace = valueAt(object, ['metadata', 'namespace']);
  return typeof namespace === 'string' && namespace !== '' ? namespace : otherwise;
}

function isObject(value: unknown): value is KubernetesObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
