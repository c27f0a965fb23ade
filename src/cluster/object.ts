import { asObject, asText, type JsonObject } from './json.ts';

/** An object as the API server sent it; only its identity has been looked at. */
export interface KubernetesObject {
  readonly namespace: string | undefined;
  readonly name: string;
  readonly resourceVersion: string | undefined;
  readonly body: JsonObject;
}

/** Reads the identity of an object; `undefined` when it has no name. */
export function kubernetesObject(value: unknown): KubernetesObject | undefined {
  const body = asObject(value);
  const metadata = asObject(body['metadata']);
  const name = asText(metadata['name']);
  if (name === undefined) return undefined;
  const namespace = asText(metadata['namespace']);
  return { namespace, name, resourceVersion: asText(metadata['resourceVersion']), body };
}

/** `namespace/name`, or only the name of a cluster-scoped object. */
export function objectKey(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
