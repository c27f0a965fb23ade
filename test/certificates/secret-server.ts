import type { ServerResponse } from 'node:http';
import { HttpServer, json } from '../cluster-client/http-server.ts';

/** One Secret, as an API server lists and watches it. */
export class SecretServer {
  readonly name: string;
  readonly http: HttpServer;
  readonly #watches = new Set<ServerResponse>();
  #secret: object | undefined;
  #version = 1;

  /** @param name of the Secret, in namespace `ns` */
  constructor(name: string) {
    this.name = name;
    this.http = new HttpServer(({ url }, response) => {
      if (!url.searchParams.has('watch')) {
        const items = this.#secret === undefined ? [] : [this.#secret];
        json(response, 200, { metadata: { resourceVersion: String(this.#version) }, items });
        return;
      }
      this.#watches.add(response);
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      response.on('close', () => this.#watches.delete(response));
    });
  }

  /** The selector of each request. */
  get selectors(): readonly (string | null)[] {
    return this.http.requests.map(({ url }) => url.searchParams.get('fieldSelector'));
  }

  put(data: Readonly<Record<string, string>>): void {
    const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    this.#tell(this.#secret === undefined ? 'ADDED' : 'MODIFIED', Object.fromEntries(encoded));
  }

  remove(): void {
    this.#tell('DELETED', {});
    this.#secret = undefined;
  }

  #tell(type: string, data: object): void {
    this.#version += 1;
    const metadata = { namespace: 'ns', name: this.name, resourceVersion: String(this.#version) };
    this.#secret = { metadata, data };
    for (const watch of this.#watches) watch.write(`${JSON.stringify({ type, object: this.#secret })}\n`);
  }
}
