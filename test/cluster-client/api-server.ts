import type { ServerResponse } from 'node:http';
import { HttpServer, json, type Received } from './http-server.ts';

/** Stands in for one answer. */
export type Fault = (response: ServerResponse, request: Received) => void;

interface Stored {
  readonly key: string;
  readonly object: object;
}

/** Path of the collection that the server holds. */
export const widgets = '/apis/example.com/v1/widgets';

/**
 * List and watch of one collection as a Kubernetes API server does them: paged lists over a snapshot, watches from a
 * resource version on, 410 for what has been compacted. Faults are queued and used up by the next requests.
 */
export class ApiServer {
  readonly http = new HttpServer((request, response) => this.#serve(request, response));
  readonly listFaults: Fault[] = [];
  readonly watchFaults: Fault[] = [];
  readonly watches = new Set<ServerResponse>();
  readonly #objects = new Map<string, object>();
  readonly #log: { readonly version: number; readonly line: string }[] = [];
  readonly #snapshots = new Map<string, { readonly version: number; readonly rest: readonly Stored[] }>();
  #version = 100;
  #compactedTo = 0;

  get lists(): Received[] {
    return this.http.requests.filter(({ url }) => !url.searchParams.has('watch'));
  }

  get watchRequests(): Received[] {
    return this.http.requests.filter(({ url }) => url.searchParams.has('watch'));
  }

  get version(): number {
    return this.#version;
  }

  /** The state as a reflector that keeps `spec` ought to see it. */
  get specs(): Record<string, unknown> {
    const entries = [...this.#objects].map(([key, object]) => [key, (object as { spec: unknown }).spec]);
    return Object.fromEntries(entries.sort());
  }

  put(key: string, spec: unknown): void {
    this.#record(this.#objects.has(key) ? 'MODIFIED' : 'ADDED', key, spec);
  }

  remove(key: string): void {
    if (this.#objects.has(key)) this.#record('DELETED', key, undefined);
  }

  bookmark(): void {
    this.send(event('BOOKMARK', { metadata: { resourceVersion: String(this.#version) } }));
  }

  /** Raw bytes to every open watch. */
  send(bytes: string | Buffer): void {
    for (const watch of this.watches) watch.write(bytes);
  }

  /** Cuts every open watch in the middle. */
  cut(): void {
    for (const watch of this.watches) watch.destroy();
    this.watches.clear();
  }

  /** Ends every open watch in good order. */
  end(): void {
    for (const watch of this.watches) watch.end();
    this.watches.clear();
  }

  /** Forgets the history and the snapshots that continue tokens refer to. */
  compact(): void {
    this.#version += 1;
    this.#compactedTo = this.#version;
    this.#log.length = 0;
    this.#snapshots.clear();
  }

  #record(type: string, key: string, spec: unknown): void {
    this.#version += 1;
    const [namespace, name] = key.split('/');
    const metadata = { namespace, name, resourceVersion: String(this.#version) };
    const object = { apiVersion: 'example.com/v1', kind: 'Widget', metadata, spec };
    if (type === 'DELETED') this.#objects.delete(key);
    else this.#objects.set(key, object);
    const line = event(type, object);
    this.#log.push({ version: this.#version, line });
    this.send(line);
  }

  #serve(request: Received, response: ServerResponse): void {
    const watch = request.url.searchParams.has('watch');
    const fault = (watch ? this.watchFaults : this.listFaults).shift();
    if (fault !== undefined) fault(response, request);
    else if (request.url.pathname !== widgets) json(response, 404, status(404, 'NotFound'));
    else if (watch) this.#watch(request, response);
    else this.#list(request, response);
  }

  #list({ url }: Received, response: ServerResponse): void {
    const token = url.searchParams.get('continue');
    const fresh = {
      version: this.#version,
      rest: [...this.#objects].map(([key, object]) => ({ key, object })),
    };
    const snapshot = token === null ? fresh : this.#snapshots.get(token);
    if (snapshot === undefined) {
      json(response, 410, status(410, 'Expired'));
      return;
    }
    const limit = Number(url.searchParams.get('limit') ?? snapshot.rest.length);
    const rest = snapshot.rest.slice(limit);
    const next = rest.length > 0 ? `token-${this.#snapshots.size}` : undefined;
    if (next !== undefined) this.#snapshots.set(next, { version: snapshot.version, rest });
    json(response, 200, {
      kind: 'WidgetList',
      metadata: { resourceVersion: String(snapshot.version), continue: next },
      items: snapshot.rest.slice(0, limit).map(({ object }) => object),
    });
  }

  #watch({ url }: Received, response: ServerResponse): void {
    const from = Number(url.searchParams.get('resourceVersion'));
    if (from < this.#compactedTo) {
      json(response, 410, status(410, 'Expired'));
      return;
    }
    this.accept(response);
    for (const { version, line } of this.#log) if (version > from) response.write(line);
  }

  /** Opens a watch. */
  accept(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    this.watches.add(response);
    response.on('close', () => this.watches.delete(response));
  }
}

export function event(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

export function status(code: number, reason: string, details?: object): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message: `made up: ${reason}`,
    details,
  };
}
