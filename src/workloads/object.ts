/** A Kubernetes object as decoded JSON: nothing about its inside is known until looked at. */
export interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, string>> | null;
  readonly ownerReferences?: readonly OwnerReference[] | null;
  readonly deletionTimestamp?: string | null;
}

export interface OwnerReference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly controller?: boolean | null;
}

/**
 * Has the object an owner reference with `controller: true`? Kind and existence of the owner do not matter, and any other
 * shape is no owner.
 */
export function isControlled(object: KubernetesObject): boolean {
  const owners = valueAt(object, ['metadata', 'ownerReferences']);
  return Array.isArray(owners) && owners.some((owner) => valueAt(owner, ['controller']) === true);
}

/** An annotation of the object itself; undefined where it is absent or, in a manifest from a file, no text. */
export function annotationText(object: unknown, key: string): string | undefined {
  const value = valueAt(object, ['metadata', 'annotations', key]);
  return typeof value === 'string' ? value : undefined;
}

/** The value at a path of field names, or undefined where the object has another shape. */
export function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const field of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[field];
  }
  return value;
}
