import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

/** The digest of whatever lies at that place of the registry; it never changes. */
export function digestAt(repository: string, tag: string): string {
  return `sha256:${createHash('sha256').update(`${repository}:${tag}`).digest('hex')}`;
}

/** Answers a HEAD for any tag of any repository, and counts; nothing else is to be asked when nothing has changed. */
export class HeadRegistry {
  /** Method and kind of path, such as `HEAD manifests` → number. */
  readonly requests = new Map<string, number>();
  /** Manifests that were asked for since the last time this was emptied. */
  readonly paths = new Set<string>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(({ method = '', url = '' }, response) => {
      const [, repository, tag] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url) ?? [];
      const kind = `${method} ${tag === undefined ? url : 'manifests'}`;
      this.requests.set(kind, (this.requests.get(kind) ?? 0) + 1);
      if (method !== 'HEAD' || repository === undefined || tag === undefined) {
        response.writeHead(url === '/v2/' ? 200 : 404).end();
        return;
      }
      this.paths.add(url);
      response.writeHead(200, {
        'content-type': manifestType,
        'content-length': '500',
        'docker-content-digest': digestAt(repository, tag),
      });
      response.end();
    });
  }

  static async start(): Promise<HeadRegistry> {
    const registry = new HeadRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Forgets what was counted. */
  reset(): void {
    this.requests.clear();
    this.paths.clear();
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
