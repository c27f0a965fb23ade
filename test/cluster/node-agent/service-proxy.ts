import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '../../../src/telemetry/index.ts';
import { loopbackOf } from './pod-address.ts';
import type { Route } from './service-routes.ts';

/**
 * Plays kube-proxy for the API server, which sends what it wants to reach in the cluster here as `CONNECT address:port`:
 * addresses of Services go to their endpoints in turn, those of pods and nodes to themselves. A connection that an
 * endpoint refuses is refused, not tried elsewhere: no more than kube-proxy does.
 */
export class ServiceProxy {
  readonly #server: Server;
  readonly #route: (address: string, port: number) => Route;
  readonly #turns = new Map<string, number>();
  readonly #logger: Logger;

  private constructor(route: (address: string, port: number) => Route, logger: Logger) {
    this.#route = route;
    this.#logger = logger;
    this.#server = createServer((_, response) => response.writeHead(405).end());
    this.#server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#connect(request.url ?? '', socket, head),
    );
  }

  /** Listens on a Unix socket; one that a killed proxy has left is replaced. */
  static async listen(
    path: string,
    route: (address: string, port: number) => Route,
    logger: Logger,
  ): Promise<ServiceProxy> {
    const proxy = new ServiceProxy(route, logger);
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject).listen(path, resolve);
    });
    return proxy;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #connect(authority: string, client: Duplex, head: Buffer): void {
    client.on('error', () => client.destroy());
    const refuse = (reason: string) => {
      this.#logger.warn({ authority, reason }, 'a connection is refused');
      client.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n');
    };
    const target = this.#target(authority);
    if ('reason' in target) {
      refuse(target.reason);
      return;
    }
    const upstream = connect({ ...target, allowHalfOpen: true });
    upstream.once('error', (error) => refuse(error.message));
    upstream.once('connect', () => {
      upstream.removeAllListeners('error');
      join(client, upstream);
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
    });
  }

  #target(authority: string): { readonly host: string; readonly port: number } | { readonly reason: string } {
    const [, address = '', portText = ''] = /^\[?([^\]]+)\]?:(\d+)$/.exec(authority) ?? [];
    const port = Number(portText);
    const direct = loopbackOf(address);
    if (direct !== undefined) return { host: direct, port };
    const route = this.#route(address, port);
    if (!route.ok) return { reason: route.reason };
    const turn = this.#turns.get(route.service) ?? 0;
    this.#turns.set(route.service, turn + 1);
    const [podIP = '', podPort = ''] = route.targets[turn % route.targets.length]?.split(':') ?? [];
    const host = loopbackOf(podIP);
    // a pod of a node that runs nothing
    return host === undefined ? { reason: `nothing runs at ${podIP}` } : { host, port: Number(podPort) };
  }
}

function join(client: Duplex, upstream: Socket): void {
  upstream.on('error', () => client.destroy());
  upstream.on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
  upstream.setNoDelay(true);
  client.pipe(upstream);
  upstream.pipe(client);
}
