import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request as forward, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { closeServer } from './close-server.ts';
import { ServerAuthority } from './server-certificates.ts';

/** Stands before replicas of a webhook as a Service does, but tells each request to one that is chosen. */
export class WebhookBalancer {
  /** Chosen for each request. */
  choose: (origins: readonly string[]) => string = ([first = '']) => first;
  readonly #origins: string[] = [];
  readonly #agent = new Agent({ keepAlive: true, rejectUnauthorized: false });
  readonly #authority: ServerAuthority;
  readonly #server: Server;

  private constructor(authority: ServerAuthority, server: Server) {
    this.#authority = authority;
    this.#server = server;
    server.on('request', (request, response) => this.#serve(request, response));
  }

  static async start(): Promise<WebhookBalancer> {
    const authority = await ServerAuthority.create('test-webhooks');
    const { certificate, key } = await authority.issue();
    const server = createServer({ cert: certificate, key });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new WebhookBalancer(authority, server);
  }

  /** For `behind` of an installation. */
  behind(origin: string): { readonly url: string; readonly caBundle: string } {
    this.add(origin);
    const { port } = this.#server.address() as AddressInfo;
    return { url: `https://127.0.0.1:${port}`, caBundle: this.#authority.certificate };
  }

  add(origin: string): void {
    this.#origins.push(origin);
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await closeServer(this.#server);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const target = new URL(request.url ?? '/', this.choose(this.#origins));
    const { method = 'POST', headers } = request;
    const options = { method, agent: this.#agent, headers: { ...headers, host: target.host } };
    const asked = forward(target, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.on('error', () => response.destroy());
    request.pipe(asked);
  }
}
