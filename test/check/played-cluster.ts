import type { ServerResponse } from 'node:http';
import { HttpServer, json, type Received } from '../cluster-client/http-server.ts';

/** What is out of order in a cluster. */
export interface Faults {
  /** Nothing is asked before it is stored. */
  readonly unregistered?: boolean;
  /** The API server asks, and nobody answers. */
  readonly webhookAway?: boolean;
  readonly controllerAway?: boolean;
  readonly triggersOff?: boolean;
  readonly noStreams?: boolean;
  /** Requests that are refused before a new role is known. */
  readonly unknownRole?: number;
  /** What the registry's answer comes to. */
  readonly importFailure?: string;
}

interface Tag {
  readonly tag: string;
  readonly items?: readonly { readonly dockerImageReference: string }[];
  readonly conditions?: readonly object[];
}

interface Stored {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly tags?: readonly { readonly name: string; readonly from: { readonly name: string } }[];
  };
  readonly status?: { readonly tags?: readonly Tag[] };
}

const silent =
  'Internal error occurred: failed calling webhook "templates.names.imagestreams.io": failed to call webhook: connection refused';

/** One namespace of a cluster with webhook and controller, as far as a check sees them. */
export class PlayedCluster {
  readonly http: HttpServer;
  /** What is stored, by path. */
  readonly objects = new Map<string, Stored>();
  readonly #faults: Faults;
  #refusals: number;

  constructor(faults: Faults = {}) {
    this.#faults = faults;
    this.#refusals = faults.unknownRole ?? 0;
    this.http = new HttpServer((request, response) => this.#serve(request, response));
  }

  #serve({ method, url, body }: Received, response: ServerResponse): void {
    const { pathname } = url;
    const sent = body === '' ? undefined : JSON.parse(body);
    if (method === 'DELETE') {
      json(response, this.objects.delete(pathname) ? 200 : 404, {});
    } else if (method === 'GET') {
      json(response, 200, this.#settled(this.objects.get(pathname)!));
    } else if (method === 'PATCH') {
      const path = pathname.replace(/\/status$/, '');
      const before = this.objects.get(path)!;
      this.objects.set(path, { ...before, ...sent, spec: { ...before.spec, ...sent.spec } });
      json(response, 200, {});
    } else this.#create(pathname, sent, url.searchParams.get('dryRun') === 'All', response);
  }

  #create(collection: string, object: Stored, dryRun: boolean, response: ServerResponse): void {
    const refusal = this.#refusal(object);
    if (refusal !== undefined) {
      json(response, refusal.code, { kind: 'Status', ...refusal });
      return;
    }
    if (!dryRun) this.objects.set(`${collection}/${object.metadata.name}`, object);
    json(response, 201, this.#settled(object));
  }

  #refusal(object: Stored): { readonly code: number; readonly message: string } | undefined {
    const { noStreams = false, webhookAway = false, unregistered = false } = this.#faults;
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      return { code: 403, message: 'imagestreams.image.openshift.io is forbidden: cannot create resource' };
    }
    if (noStreams) return { code: 404, message: 'the server could not find the requested resource' };
    if (webhookAway) return { code: 500, message: silent };
    const broken = !unregistered && JSON.stringify(object).includes('absent');
    return broken
      ? { code: 422, message: 'admission webhook "x" denied the request: no such container' }
      : undefined;
  }

  /** As webhook and controller have made it by now. */
  #settled(object: Stored): object {
    if (object.spec.tags !== undefined) return this.#imported(object);
    const { unregistered = false, triggersOff = false } = this.#faults;
    if (unregistered) return object;
    const [stream] = [...this.objects.values()].filter(({ spec }) => spec.tags !== undefined);
    const image = stream && this.#pullSpec(stream, triggersOff ? 'v1' : undefined);
    return JSON.parse(JSON.stringify(object).replace(/"image":"[^"]*"/, `"image":"${image}"`));
  }

  #imported(stream: Stored): Stored {
    const { controllerAway = false, importFailure } = this.#faults;
    if (controllerAway) return stream;
    const aliased = { tag: 'stable', items: [{ dockerImageReference: this.#pullSpec(stream) }] };
    const source = stream.spec.tags?.find(({ name }) => name === 'imported')?.from.name;
    const condition = {
      type: 'ImportSuccess',
      status: 'False',
      reason: 'Unreachable',
      message: importFailure,
    };
    const result =
      importFailure === undefined
        ? { items: [{ dockerImageReference: `${source}` }] }
        : { conditions: [condition] };
    const imported = source === undefined ? [] : [{ tag: 'imported', ...result }];
    return { ...stream, status: { tags: [...(stream.status?.tags ?? []), aliased, ...imported] } };
  }

  #pullSpec({ spec, status }: Stored, version = spec.tags?.[0]?.from.name): string {
    return status?.tags?.find(({ tag }) => tag === version)?.items?.[0]?.dockerImageReference ?? '';
  }
}
