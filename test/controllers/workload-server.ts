import type { ServerResponse } from 'node:http';
import { event, status } from '../cluster-client/api-server.ts';
import { HttpServer, json, type Received } from '../cluster-client/http-server.ts';
import { applyPatch, type Operation, PatchFailed } from './json-patch.ts';

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

/** Stands in for the answer to a write. */
export type WriteFault = (response: ServerResponse, request: Received) => void;

/**
 * Objects over HTTP as a Kubernetes API server keeps them, as far as it matters to a controller of workloads: lists and watches over
 * all namespaces, JSON patches with their conditions, generations, the ownership of images, and an admission step.
 */
export class WorkloadServer {
  readonly http = new HttpServer((request, response) => this.serve(request, response));
  /** What the mutating webhooks make of an object that is about to be stored; undefined refuses it as invalid. */
  admit: (sent: Stored, old: Stored) => Stored | undefined = (sent) => sent;
  /** For so many turns the answer to a write comes later than what watches tell of it. */
  lateBy = 0;
  /** Answers access reviews. */
  allows: (user: string, namespace: string, name: string) => boolean = () => true;
  /** Used up by the next writes. */
  readonly faults: WriteFault[] = [];
  readonly #objects = new Map<string, Stored>();
  readonly #watches = new Map<string, Set<ServerResponse>>();
  #version = 100;

  /** Requests that were no list, watch or access review, such as `PATCH /apis/…`. */
  get requests(): readonly string[] {
    return this.http.requests
      .filter(({ url, method }) => /\/namespaces\//.test(url.pathname) && method !== 'POST')
      .map(({ method, url }) => `${method} ${url.pathname.split('/namespaces/')[1]}`);
  }

  get watching(): number {
    return [...this.#watches.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** @param path such as `/apis/apps/v1/namespaces/ns/deployments/name` */
  get(path: string): Stored {
    const stored = this.#objects.get(path);
    if (stored === undefined) throw new Error(`no ${path}`);
    return stored;
  }

  /** As somebody else would; without admission. */
  put(path: string, object: object): Stored {
    const old = this.#objects.get(path);
    const [, namespace = '', , name = ''] = path.split('/namespaces/').join('/').split('/').slice(-4);
    return this.#store(path, object as Stored, old, namespace, name);
  }

  /** The same with a change to what is there. */
  change(path: string, change: (object: Stored) => object): Stored {
    return this.put(path, change(structuredClone(this.get(path))));
  }

  remove(path: string): void {
    const stored = this.get(path);
    this.#objects.delete(path);
    this.#version += 1;
    const metadata = { ...stored.metadata, resourceVersion: String(this.#version) };
    this.#tell('DELETED', path, { ...stored, metadata });
  }

  #store(path: string, object: Stored, old: Stored | undefined, namespace: string, name: string): Stored {
    this.#version += 1;
    const spec = JSON.stringify(object['spec']);
    const generation = old?.metadata.generation ?? 0;
    const stored: Stored = {
      ...object,
      metadata: {
        ...object.metadata,
        ...{ namespace, name, uid: old?.metadata.uid ?? `uid-${name}-${this.#version}` },
        resourceVersion: String(this.#version),
        generation: spec === JSON.stringify(old?.['spec']) ? generation : generation + 1,
      },
    };
    this.#objects.set(path, stored);
    this.#tell(old === undefined ? 'ADDED' : 'MODIFIED', path, stored);
    return stored;
  }

  #tell(type: string, path: string, object: Stored): void {
    for (const watch of this.#watches.get(collectionOf(path)) ?? []) watch.write(event(type, object));
  }

  /** Answers a request that a fault has held up. */
  serve(request: Received, response: ServerResponse): void {
    const { method, url } = request;
    const path = url.pathname;
    if (method === 'POST') this.#review(request, response);
    else if (url.searchParams.has('watch')) this.#watch(path, response);
    else if (!path.includes('/namespaces/')) this.#list(request, response);
    else if (method === 'PATCH') this.#patch(request, response);
    else {
      const stored = this.#objects.get(path);
      json(response, stored === undefined ? 404 : 200, stored ?? status(404, 'NotFound'));
    }
  }

  #review({ body }: Received, response: ServerResponse): void {
    const { spec } = JSON.parse(body) as {
      readonly spec: {
        readonly user: string;
        readonly resourceAttributes: { readonly namespace: string; readonly name: string };
      };
    };
    const { namespace, name } = spec.resourceAttributes;
    json(response, 201, { status: { allowed: this.allows(spec.user, namespace, name) } });
  }

  #list({ url }: Received, response: ServerResponse): void {
    const all = [...this.#objects].flatMap(([key, object]) =>
      collectionOf(key) === url.pathname ? [object] : [],
    );
    const from = Number(url.searchParams.get('continue') ?? 0);
    const to = from + Number(url.searchParams.get('limit') ?? all.length);
    const more = to < all.length ? { continue: String(to) } : {};
    const metadata = { resourceVersion: String(this.#version), ...more };
    json(response, 200, { kind: 'List', metadata, items: all.slice(from, to) });
  }

  #watch(path: string, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const watches = this.#watches.get(path) ?? new Set();
    this.#watches.set(path, watches.add(response));
    response.on('close', () => watches.delete(response));
  }

  #patch(request: Received, response: ServerResponse): void {
    const fault = this.faults.shift();
    const path = request.url.pathname;
    const old = this.#objects.get(path);
    if (fault !== undefined) {
      fault(response, request);
      return;
    }
    if (old === undefined) {
      json(response, 404, status(404, 'NotFound'));
      return;
    }
    try {
      const patched = applyPatch(old, JSON.parse(request.body) as readonly Operation[]) as Stored;
      if (patched.metadata.resourceVersion !== old.metadata.resourceVersion) {
        json(response, 409, status(409, 'Conflict'));
        return;
      }
      const manager = request.url.searchParams.get('fieldManager') ?? 'unknown';
      const admitted = this.admit(owned(patched, old, manager), old);
      if (admitted === undefined) {
        json(response, 422, status(422, 'Invalid', { causes: [{ field: 'spec' }] }));
        return;
      }
      const { namespace, name } = old.metadata;
      const stored = this.#store(path, admitted, old, namespace, name);
      later(this.lateBy, () => json(response, 200, stored));
    } catch (error) {
      if (!(error instanceof PatchFailed)) throw error;
      json(response, 422, status(422, 'Invalid'));
    }
  }
}

function later(turns: number, then: () => void): void {
  if (turns === 0) then();
  else setImmediate(() => later(turns - 1, then));
}

/** `/apis/apps/v1/deployments` of `/apis/apps/v1/namespaces/ns/deployments/name`. */
function collectionOf(path: string): string {
  const [before = '', after = ''] = path.split('/namespaces/');
  return `${before}/${after.split('/')[1]}`;
}

/** A container's image that differs belongs to who wrote it; all that is told of ownership here. */
function owned(patched: Stored, old: Stored, manager: string): Stored {
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
