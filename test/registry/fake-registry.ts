import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpServer, json, type Received } from '../cluster-client/http-server.ts';
import type { KeyPair } from './certificates.ts';
import type { StoredManifest } from './images.ts';
import type { TokenServer } from './token-server.ts';

/** Takes a request over by answering it; returns false to let it pass. */
export type Fault = (request: Received, response: ServerResponse, raw: IncomingMessage) => boolean;

/** Who may read: anybody, whoever has one of the passwords, or whoever has a token. */
export type Access =
  | { readonly kind: 'Open' }
  | { readonly kind: 'Basic'; readonly users: Readonly<Record<string, string>> }
  | { readonly kind: 'Bearer'; readonly server: TokenServer };

interface Repository {
  readonly tags: Map<string, string>;
  readonly manifests: Map<string, StoredManifest>;
}

/** What a registry does, as the distribution specification has it, on a free loopback port. */
export class FakeRegistry {
  readonly server: HttpServer;
  access: Access = { kind: 'Open' };
  /** Asked in order. */
  readonly faults: Fault[] = [];
  tagsOnAPage = 1_000;
  readonly #repositories = new Map<string, Repository>();

  constructor(tls?: KeyPair) {
    this.server = new HttpServer((request, response, raw) => this.#serve(request, response, raw), tls);
  }

  async start(): Promise<this> {
    await this.server.start();
    return this;
  }

  get host(): string {
    return `127.0.0.1:${this.server.port}`;
  }

  /** `HEAD /v2/…`, in the order of arrival. */
  get asked(): readonly string[] {
    return this.server.requests.map(({ method, url }) => `${method} ${url.pathname}`);
  }

  /** Requests that carried credentials. */
  get authorizations(): readonly (string | undefined)[] {
    return this.server.requests.map(({ headers }) => headers.authorization);
  }

  push(repository: string, tag: string, manifest: StoredManifest): void {
    const { tags, manifests } = this.#repository(repository);
    manifests.set(manifest.digest, manifest);
    if (tag !== '') tags.set(tag, manifest.digest);
  }

  remove(repository: string, digest: string): void {
    this.#repository(repository).manifests.delete(digest);
  }

  #repository(name: string): Repository {
    let repository = this.#repositories.get(name);
    if (repository === undefined) {
      repository = { tags: new Map(), manifests: new Map() };
      this.#repositories.set(name, repository);
    }
    return repository;
  }

  #serve(request: Received, response: ServerResponse, raw: IncomingMessage): void {
    if (this.faults.some((fault) => fault(request, response, raw))) return;
    const path = request.url.pathname;
    const [, name = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|tags)\/([^/]+)$/.exec(path) ?? [];
    const repository = this.#repositories.get(name);
    if (!this.#mayRead(name, request)) this.#challenge(name, response);
    else if (path === '/v2/') json(response, 200, {});
    else if (repository === undefined) failure(response, 404, 'NAME_UNKNOWN');
    else if (kind === 'tags') this.#tags(name, repository, request.url, response);
    else {
      const manifest = repository.manifests.get(repository.tags.get(reference) ?? reference);
      if (manifest === undefined) failure(response, 404, 'MANIFEST_UNKNOWN');
      else send(response, request.method, manifest);
    }
  }

  #mayRead(name: string, { headers }: Received): boolean {
    const { authorization = '' } = headers;
    switch (this.access.kind) {
      case 'Open':
        return true;
      case 'Basic':
        return Object.entries(this.access.users).some(
          ([user, password]) =>
            authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
        );
      case 'Bearer':
        return this.access.server.allows(authorization.replace(/^Bearer /, ''), name);
    }
  }

  #challenge(name: string, response: ServerResponse): void {
    const value =
      this.access.kind === 'Bearer'
        ? `Bearer realm="${this.access.server.realm}",service="registry",scope="repository:${name}:pull"`
        : 'Basic realm="registry"';
    response.setHeader('www-authenticate', value);
    failure(response, 401, 'UNAUTHORIZED');
  }

  #tags(name: string, { tags }: Repository, url: URL, response: ServerResponse): void {
    const all = [...tags.keys()].sort();
    const after = url.searchParams.get('last') ?? '';
    const rest = all.filter((tag) => tag > after);
    const page = rest.slice(0, this.tagsOnAPage);
    if (rest.length > page.length) {
      response.setHeader('link', `</v2/${name}/tags/list?last=${page.at(-1)}&n=1000>; rel="next"`);
    }
    json(response, 200, { name, tags: tags.size === 0 ? null : page });
  }
}

function send(response: ServerResponse, method: string, { type, body, digest }: StoredManifest): void {
  response.writeHead(200, {
    'content-type': type,
    'content-length': body.length,
    'docker-content-digest': digest,
  });
  response.end(method === 'HEAD' ? undefined : body);
}

export function failure(response: ServerResponse, status: number, code: string): void {
  json(response, status, { errors: [{ code, message: 'made up', detail: null }] });
}
