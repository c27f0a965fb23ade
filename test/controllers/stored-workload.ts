/** An object as the server keeps it. */
export interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly ManagedFields[];
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly time?: string;
  readonly fieldsV1: unknown;
}

/** A container's image that differs belongs to who wrote it; all that is told of ownership here. */
export function owned(patched: Stored, old: object, manager: string): Stored {
  const changed = Object.keys(imagesOf(patched)).filter(
    (name) => imagesOf(patched)[name] !== imagesOf(old)[name],
  );
  if (changed.length === 0) return patched;
  const fields = Object.fromEntries(changed.map((name) => [`k:{"name":"${name}"}`, { 'f:image': {} }]));
  const fieldsV1 = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': fields } } } };
  const entry = { manager, operation: 'Update', time: '2026-01-01T00:00:00Z', fieldsV1 };
  const others = (patched.metadata.managedFields ?? []).filter((each) => each.manager !== manager);
  return { ...patched, metadata: { ...patched.metadata, managedFields: [...others, entry] } };
}

interface Template {
  readonly spec?: {
    readonly containers?: readonly { readonly name: string; readonly image: string }[];
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image: string }[] };
    };
  };
}

/** Images by container, of a template or of a pod. */
export function imagesOf(object: object): Readonly<Record<string, string>> {
  const { spec } = object as Template;
  const containers = spec?.template?.spec?.containers ?? spec?.containers ?? [];
  return Object.fromEntries(containers.map(({ name, image }) => [name, image]));
}
