import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { HealthChecks, HealthKind } from './health.ts';
import type { Logger } from './logger.ts';
import { healthReport } from './report.ts';

export interface TelemetryServerOptions {
  readonly health: HealthChecks;
  readonly registry: Registry;
  readonly logger: Logger;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const TEXT = 'text/plain; charset=utf-8';
const LIMITS = { headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 15_000 } as const;
const MAX_CONNECTIONS = 64;

/** Serves `/livez`, `/readyz` (both also `?verbose`) and `/metrics` over plain HTTP, for the kubelet and Prometheus. */
export class TelemetryServer {
  readonly #options: TelemetryServerOptions;
  readonly #server: Server;

  constructor(options: TelemetryServerOptions) {
    this.#options = options;
    this.#server = createServer(LIMITS, (request, response) => void this.#serve(request, response));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Gives the port it listens on; rejects with Node's own error when the address is taken or not allowed. */
  async listen({ host, port }: ListenAddress): Promise<number> {
    this.#server.listen({ host, port });
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  /** Stops listening and drops the connections: no probe is worth waiting for. Harmless when not listening. */
  async close(): Promise<void> {
    if (!this.#server.listening) {
      return;
    }
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, text, headers } = await this.#answer(request).catch((error: unknown): Answer => {
      this.#options.logger.error({ err: error, path: request.url }, 'A telemetry request failed.');
      return { status: 500, text: 'internal error; the log has the reason\n' };
    });
    response.writeHead(status, {
      'content-type': TEXT,
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    });
    response.end(text);
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return { status: 405, text: 'only GET and HEAD are answered here\n', headers: { allow: 'GET, HEAD' } };
    }
    const [path, query] = (request.url ?? '/').split('?', 2);
    const verbose = new URLSearchParams(query).has('verbose');
    switch (path) {
      case '/livez':
        return this.#report('livez', 'live', verbose);
      case '/readyz':
        return this.#report('readyz', 'ready', verbose);
      case '/metrics': {
        const { registry } = this.#options;
        return {
          status: 200,
          text: await registry.metrics(),
          headers: { 'content-type': registry.contentType },
        };
      }
      default:
        return { status: 404, text: 'not found; there are /livez, /readyz and /metrics\n' };
    }
  }

  #report(endpoint: string, kind: HealthKind, verbose: boolean): Answer {
    const { passed, text } = healthReport(endpoint, this.#options.health.run(kind), verbose);
    return { status: passed ? 200 : 500, text };
  }
}
