import type { ServerResponse } from 'node:http';
import { event, status } from '../cluster-client/api-server.ts';
import { HttpServer, json, type Received } from '../cluster-client/http-server.ts';
import { createObject, deleteObject } from './creations.ts';
import { applyPatch, type Operation, PatchFailed } from './json-patch.ts';
import { owned, type Stored } from './stored-workload.ts';

export { imagesOf, type Stored } from './stored-workload.ts';

/** A TokenReview has a token, a SubjectAccessReview the rest. */
interface Review {
  readonly spec: {
    readonly token: string;
    readonly user: string;
    readonly resourceAttributes: {
      readonly namespace: string;
      readonly name?: string;
      readonly resource: string;
    };
  };
}

/** Stands in for the answer to a write. */
export type WriteFault = (response: ServerResponse, request: Received) => void;

/**
 * Objects over HTTP as a Kubernetes API server keeps them, as far as it matters to a controller of workloads: lists and watches over
 * all namespaces, JSON patches with their conditions, generations, the ownership of images, and an admission step.
 */
export class WorkloadServer {
  readonly http = new HttpServer((request, response) => this.serve(request, response));
  /** What they make of an object that is to be made; undefined refuses it as invalid. */
  admitNew: (sent: Stored, dryRun: boolean) => Stored | undefined = (sent) => sent;
  /** Deleted in the foreground, it waits so until `remove`. */
  lingers = false;
  /** What the mutating webhooks make of an object that is about to be stored; undefined refuses it as invalid. */
  admit: (sent: Stored, old: Stored) => Stored | undefined = (sent) => sent;
  /** For so many turns the answer to a write comes later than what watches tell of it. */
  lateBy = 0;
  /** Answers access reviews. */
  allows: (user: string, namespace: string, name: string, resource: string) => boolean = () => true;
  /** Users by their tokens, for token reviews. */
  readonly tokens = new Map<string, string>();
  /** Used up by the next writes. */
  readonly faults: WriteFault[] = [];
  readonly #objects = new Map<string, Stored>();
  readonly #watches = new Map<string, Set<ServerResponse>>();
  readonly #log: { readonly version: number; readonly collection: string; readonly text: string }[] = [];
  /** What watches are not told while they stand still. */
  #untold: (() => void)[] | undefined;
  #version = 100;

  /** Requests that were no list, watch or access review, such as `PATCH /apis/…`. */
  get requests(): readonly string[] {
    return this.http.requests
      .filter(({ url }) => /\/namespaces\//.test(url.pathname) && !url.searchParams.has('labelSelector'))
      .map(({ method, url }) => `${method} ${url.pathname.split('/namespaces/')[1]}`);
  }

  get watching(): number {
    return [...this.#watches.values()].reduce((sum, { size }) => sum + size, 0);
  }

  find(path: string): Stored | undefined {
    return this.#objects.get(path);
  }

  /** Names of what is in a collection of a namespace. */
  names(collection: string): readonly string[] {
    const prefix = `${collection}/`;
    return [...this.#objects.keys()].flatMap((key) =>
      key.startsWith(prefix) ? [key.slice(prefix.length)] : [],
    );
  }

  /** @param path such as `/apis/apps/v1/namespaces/ns/deployments/name` */
  get(path: string): Stored {
    const stored = this.find(path);
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

  /** Watches stand still, until they are told all at once. */
  freeze(): void {
    this.#untold ??= [];
  }

  thaw(): void {
    const untold = this.#untold ?? [];
    this.#untold = undefined;
    for (const tell of untold) tell();
  }

  /** Ends all watches, as a compaction does: what they were not told they have to list. */
  dropWatches(): void {
    this.#untold = undefined;
    for (const watches of this.#watches.values()) {
      for (const watch of watches) watch.end(event('ERROR', status(410, 'Expired')));
      watches.clear();
    }
  }

  #tell(type: string, path: string, object: Stored): void {
    const line = { version: this.#version, collection: collectionOf(path), text: event(type, object) };
    this.#log.push(line);
    const tell = () => {
      for (const watch of this.#watches.get(line.collection) ?? []) watch.write(line.text);
    };
    if (this.#untold === undefined) tell();
    else this.#untold.push(tell);
  }

  /** Answers a request that a fault has held up. */
  serve(request: Received, response: ServerResponse): void {
    const { method, url } = request;
    const path = url.pathname;
    if (method === 'POST' && path.endsWith('reviews')) this.#review(request, response);
    else if (method === 'POST') this.#unlessFault(request, response, createObject);
    else if (url.searchParams.has('labelSelector')) this.#select(path, response);
    else if (url.searchParams.has('watch')) this.#watch(url, response);
    else if (!path.includes('/namespaces/')) this.#list(request, response);
    else if (method === 'PATCH') this.#patch(request, response);
    else if (method === 'DELETE') this.#unlessFault(request, response, deleteObject);
    else {
      const stored = this.#objects.get(path);
      json(response, stored === undefined ? 404 : 200, stored ?? status(404, 'NotFound'));
    }
  }

  #review({ body, url }: Received, response: ServerResponse): void {
    const { spec } = JSON.parse(body) as Review;
    if (url.pathname.endsWith('/tokenreviews')) {
      const username = this.tokens.get(spec.token);
      const user = { username, groups: ['system:authenticated'] };
      json(response, 201, { status: username === undefined ? {} : { authenticated: true, user } });
      return;
    }
    const { namespace, name = '', resource } = spec.resourceAttributes;
    json(response, 201, { status: { allowed: this.allows(spec.user, namespace, name, resource) } });
  }

  #unlessFault(request: Received, response: ServerResponse, answer: typeof createObject): void {
    const fault = this.faults.shift();
    if (fault !== undefined) fault(response, request);
    else answer(this, request, response);
  }

  #select(path: string, response: ServerResponse): void {
    const items = [...this.#objects].flatMap(([key, object]) => (key.startsWith(`${path}/`) ? [object] : []));
    json(response, 200, { kind: 'List', metadata: { resourceVersion: String(this.#version) }, items });
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

  #watch({ pathname: path, searchParams }: URL, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    const from = Number(searchParams.get('resourceVersion') ?? this.#version);
    for (const { version, collection, text } of this.#log) {
      if (collection === path && version > from) response.write(text);
    }
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
