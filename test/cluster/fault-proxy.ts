import {
  Agent,
  createServer,
  request as forward,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { CertificatePair } from '../../src/tls/index.ts';
import { closeServer } from './close-server.ts';
import { type Answer, answerWith, type Fault, send } from './faults.ts';
import type { RunningRegistry } from './registry.ts';

/** Which requests a fault meets. */
export interface FaultRule {
  /** Any if absent. */
  readonly method?: 'GET' | 'HEAD';
  /** Found in the path with its query. */
  readonly path: RegExp;
  /** Only so many of the requests that match; all if absent. */
  readonly first?: number;
  readonly fault: Fault;
}

/** A request that arrived. */
export interface ProxiedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Undefined when it came without credentials. */
  readonly authorization: string | undefined;
  /** Milliseconds on the clock of `performance.now()`. */
  readonly at: number;
  /** Bytes of the answer that were handed to the connection. */
  sentBytes: number;
}

export interface FaultProxySettings {
  /** The registry behind it, `http://…`. */
  readonly upstream: string;
  readonly rules?: readonly FaultRule[];
  /** Serves HTTPS with that certificate; plain HTTP if absent. */
  readonly tls?: CertificatePair;
}

/** Stands before a registry, on a free loopback port: remembers what was asked, and answers wrongly where a rule says so. */
export class FaultProxy implements RunningRegistry {
  /** In the order of arrival; may be emptied. */
  readonly requests: ProxiedRequest[] = [];
  /** The first one that matches counts; may be replaced at any time. */
  rules: readonly FaultRule[];
  readonly #upstream: URL;
  readonly #server: Server;
  readonly #secure: boolean;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #met = new Map<FaultRule, number>();

  private constructor({ upstream, rules = [], tls }: FaultProxySettings) {
    this.#upstream = new URL(upstream);
    this.rules = rules;
    this.#secure = tls !== undefined;
    const listener = (request: IncomingMessage, response: ServerResponse) => {
      this.#serve(request, response).catch(() => response.destroy());
    };
    this.#server =
      tls === undefined
        ? createServer(listener)
        : createSecureServer({ cert: tls.certificate, key: tls.key }, listener);
    this.#server.on('tlsClientError', () => undefined);
  }

  static async start(settings: FaultProxySettings): Promise<FaultProxy> {
    const proxy = new FaultProxy(settings);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get origin(): string {
    return `${this.#secure ? 'https' : 'http'}://${this.host}`;
  }

  /** How many requests arrived with that method, for a path in which the pattern is found. */
  count(method: 'GET' | 'HEAD', path: RegExp): number {
    return this.requests.filter((each) => each.method === method && path.test(each.path)).length;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    await closeServer(this.#server);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const { authorization } = headers;
    const record: ProxiedRequest = {
      method,
      path: url,
      authorization,
      at: performance.now(),
      sentBytes: 0,
    };
    this.requests.push(record);
    const { socket } = request;
    const before = socket.bytesWritten;
    response.once('close', () => {
      record.sentBytes = socket.bytesWritten - before;
    });
    const fault = this.#faultFor(record);
    const answer = () => this.#ask(request);
    if (fault === undefined) send(response, await answer());
    else await answerWith(fault, request, response, answer);
  }

  #faultFor({ method, path }: ProxiedRequest): Fault | undefined {
    for (const rule of this.rules) {
      if ((rule.method !== undefined && rule.method !== method) || !rule.path.test(path)) continue;
      const met = (this.#met.get(rule) ?? 0) + 1;
      if (met > (rule.first ?? Number.POSITIVE_INFINITY)) continue;
      this.#met.set(rule, met);
      return rule.fault;
    }
    return undefined;
  }

  #ask({ method, url, headers }: IncomingMessage): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = forward(
        new URL(url ?? '/', this.#upstream),
        { method, agent: this.#agent, headers: { ...headers, host: this.#upstream.host } },
        (answer) => {
          const { statusCode: status = 502, headers: given } = answer;
          buffer(answer).then((body) => resolve({ status, headers: given, body }), reject);
        },
      );
      asked.on('error', reject).end();
    });
  }
}
