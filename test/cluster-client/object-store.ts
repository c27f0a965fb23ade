import { status } from './api-server.ts';

/** What a server answers. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** An object, and what the store needs to know of it. */
export interface StoredObject {
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

type Incoming = Omit<StoredObject, 'metadata'> & { readonly metadata?: Partial<StoredObject['metadata']> };

/**
 * Objects of any kind, as a Kubernetes API server keeps them: created once, replaced only in the version that was
 * read, merged, deleted under preconditions.
 */
export class ObjectStore {
  readonly #objects = new Map<string, StoredObject>();
  #version = 100;

  /** By path, such as `/apis/coordination.k8s.io/v1/namespaces/ns/leases/name`. */
  get(path: string): StoredObject | undefined {
    return this.#objects.get(path);
  }

  /** All objects whose path begins so. */
  under(path: string): readonly StoredObject[] {
    return [...this.#objects].filter(([key]) => key.startsWith(path)).map(([, object]) => object);
  }

  /** As somebody else would; raises the version. */
  put(path: string, object: Incoming): StoredObject {
    this.#version += 1;
    const old = this.#objects.get(path)?.metadata;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const uid = old?.uid ?? `uid-${this.#version}`;
    const metadata = { ...object.metadata, name, uid, resourceVersion: String(this.#version) };
    const stored = { ...object, metadata };
    this.#objects.set(path, stored);
    return stored;
  }

  remove(path: string): void {
    this.#objects.delete(path);
  }

  serve(method: string, path: string, body: string): Answer {
    const sent = (body === '' ? {} : JSON.parse(body)) as Incoming;
    if (method === 'POST') return this.#create(`${path}/${sent.metadata?.name}`, sent);
    const stored = this.#objects.get(path);
    if (stored === undefined) return failure(404, 'NotFound');
    switch (method) {
      case 'GET':
        return { status: 200, body: stored };
      case 'PUT':
        return this.#replace(path, stored, sent);
      case 'PATCH':
        return { status: 200, body: this.put(path, { ...stored, ...sent, metadata: stored.metadata }) };
      case 'DELETE':
        return this.#delete(path, stored, sent);
      default:
        return failure(405, 'MethodNotAllowed');
    }
  }

  #create(path: string, sent: Incoming): Answer {
    if (this.#objects.has(path)) return failure(409, 'AlreadyExists');
    return { status: 201, body: this.put(path, sent) };
  }

  #replace(path: string, stored: StoredObject, sent: Incoming): Answer {
    const version = sent.metadata?.resourceVersion;
    if (version === undefined) return failure(422, 'Invalid');
    if (version !== stored.metadata.resourceVersion) return failure(409, 'Conflict');
    return { status: 200, body: this.put(path, sent) };
  }

  #delete(path: string, { metadata }: StoredObject, sent: Incoming): Answer {
    const { uid = metadata.uid, resourceVersion = metadata.resourceVersion } = (sent['preconditions'] ??
      {}) as Partial<StoredObject['metadata']>;
    if (uid !== metadata.uid || resourceVersion !== metadata.resourceVersion) return failure(409, 'Conflict');
    this.#objects.delete(path);
    return { status: 200, body: { kind: 'Status', status: 'Success' } };
  }
}

function failure(code: number, reason: string): Answer {
  return { status: code, body: status(code, reason) };
}
