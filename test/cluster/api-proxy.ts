import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request as forward } from 'node:https';
import type { AddressInfo } from 'node:net';
import { parse, stringify } from 'yaml';
import { closeServer } from './close-server.ts';

interface Kubeconfig {
  readonly clusters: readonly [{ cluster: object & { readonly server: string } }];
  readonly users: readonly [{ user: Readonly<Record<`client-${'certificate' | 'key'}-data`, string>> }];
}

/** A watch that is open. */
interface Watch {
  readonly response: ServerResponse;
  readonly answer: IncomingMessage;
}

/** Stands between one process and the API server, as the user of its kubeconfig: what that process watches can stand still, or break off. */
export class ApiProxy {
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy());
  });
  readonly #watches = new Set<Watch>();
  #thawed = Promise.resolve();
  #thaw: (() => void) | undefined;
  #upstream = new URL('https://127.0.0.1');
  #agent = new Agent();

  /**
   * Goes between.
   *
   * @returns a kubeconfig that leads here; for `through` of an installation
   */
  async through(kubeconfig: string): Promise<string> {
    const content = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    const [{ cluster }] = content.clusters;
    const [{ user }] = content.users;
    const decoded = (text: string) => Buffer.from(text, 'base64').toString();
    this.#upstream = new URL(cluster.server);
    this.#agent.destroy();
    this.#agent = new Agent({
      keepAlive: true,
      cert: decoded(user['client-certificate-data']),
      key: decoded(user['client-key-data']),
      rejectUnauthorized: false,
    });
    if (!this.#server.listening) {
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    }
    const { port } = this.#server.address() as AddressInfo;
    const here = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
    const file = `${kubeconfig}.proxied`;
    const proxied = {
      ...content,
      clusters: [{ ...content.clusters[0], cluster: here }],
      users: [{ ...content.users[0], user: {} }],
    };
    writeFileSync(file, stringify(proxied), { mode: 0o600 });
    return file;
  }

  /** From now on lists and watches bring nothing new; single objects can be read and written. */
  freeze(): void {
    if (this.#thaw !== undefined) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#thawed = promise;
    this.#thaw = resolve;
    for (const { answer, response } of this.#watches) answer.unpipe(response);
  }

  /** All that was missed arrives. */
  thaw(): void {
    if (this.#thaw === undefined) return;
    this.#thaw();
    this.#thaw = undefined;
    for (const { answer, response } of this.#watches) answer.pipe(response);
  }

  get frozen(): boolean {
    return this.#thaw !== undefined;
  }

  /** Breaks all watches off. */
  drop(): void {
    for (const { answer, response } of this.#watches) {
      answer.destroy();
      response.destroy();
    }
  }

  async stop(): Promise<void> {
    this.thaw();
    this.#agent.destroy();
    await closeServer(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const query = new URL(url, this.#upstream).searchParams;
    if (query.has('watch') || query.has('limit')) await this.#thawed;
    const { host } = this.#upstream;
    const options = { method, agent: this.#agent, headers: { ...headers, host } };
    const asked = forward(new URL(url, this.#upstream), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      if (query.has('watch')) this.#watch({ answer, response });
      else answer.pipe(response);
    });
    asked.on('error', () => response.destroy());
    response.on('close', () => asked.destroy());
    request.pipe(asked);
  }

  #watch(watch: Watch): void {
    const { answer, response } = watch;
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
    response.flushHeaders();
    if (!this.frozen) answer.pipe(response);
  }
}
