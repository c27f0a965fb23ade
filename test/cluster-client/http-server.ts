import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Connection } from '../../src/cluster/index.ts';

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Handler = (request: Received, response: ServerResponse, raw: IncomingMessage) => void;

/** An HTTP or HTTPS server on a free loopback port that remembers what it was asked. */
export class HttpServer {
  readonly requests: Received[] = [];
  readonly #server: Server;
  handler: Handler;

  constructor(handler: Handler, tls?: ServerOptions) {
    this.handler = handler;
    const listener: RequestListener = async (raw, response) => {
      const body = await text(raw).catch(() => '');
      const { method = '', url = '', headers } = raw;
      const received = { method, url: new URL(url, 'http://server'), headers, body };
      this.requests.push(received);
      this.handler(received, response, raw);
    };
    this.#server = tls ? createSecureServer(tls, listener) : createServer(listener);
    this.#server.on('tlsClientError', () => {});
  }

  /** On a free port unless told. */
  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** A plain connection without credentials. */
export function plainConnection(
  server: { readonly port: number },
  headers: Record<string, string> = {},
): Connection {
  return {
    server: new URL(`http://127.0.0.1:${server.port}`),
    namespace: undefined,
    credentials: () => Promise.resolve({ headers, tls: {} }),
    forget: () => {},
  };
}
