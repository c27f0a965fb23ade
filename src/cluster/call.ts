import { asObject, asText } from './json.ts';

/** What a request asks of a resource. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How the body of a PATCH says what to change. */
export type PatchType =
  | 'application/json-patch+json'
  | 'application/merge-patch+json'
  | 'application/strategic-merge-patch+json'
  | 'application/apply-patch+yaml';

/** One request to the Kubernetes API. */
export interface Call {
  readonly method: Method;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** `application/json` unless given. */
  readonly contentType?: PatchType;
  /** May be sent again when nobody knows whether it arrived. */
  readonly idempotent: boolean;
  /** Besides those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** As messages name it. */
export function nameOf(call: Call): string {
  return `${call.method} ${call.path}`;
}

export function urlOf(server: URL, call: Call): URL {
  const url = new URL(server);
  url.pathname = url.pathname.replace(/\/$/, '') + call.path;
  url.search = new URLSearchParams(call.query).toString();
  return url;
}

/** Does the object say which version it replaces, so that the server takes it at most once? */
export function isGuarded(object: unknown): boolean {
  return asText(asObject(asObject(object)['metadata'])['resourceVersion']) !== undefined;
}
