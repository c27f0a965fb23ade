import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { CertificatePair } from '../../../src/tls/index.ts';
import { loopbackOf, Subnet } from './pod-address.ts';

export const KUBELET_PORT = 10_250;
const ATTEMPTS = 50;
const FOLLOW_MS = 250;

/** Finds the log of a container. */
export type LogFinder = (
  namespace: string,
  pod: string,
  container: string,
  previous: boolean,
) => string | undefined;

/**
 * The part of a kubelet that `kubectl logs` asks. Its address is also what keeps the node's subnet from everybody else on
 * this machine.
 */
export class KubeletServer {
  readonly subnet: Subnet;
  readonly #server: Server;

  private constructor(server: Server, subnet: Subnet) {
    this.#server = server;
    this.subnet = subnet;
  }

  /** @throws Error when no subnet is free */
  static async listen({ certificate, key }: CertificatePair, logFile: LogFinder): Promise<KubeletServer> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const subnet = Subnet.random(Math.random);
      const server = createServer({ cert: certificate, key }, (request, response) =>
        answer(request, response, logFile),
      );
      server.listen(KUBELET_PORT, loopbackOf(subnet.node));
      try {
        await once(server, 'listening');
        return new KubeletServer(server, subnet);
      } catch {
        server.close();
      }
    }
    throw new Error(`port ${KUBELET_PORT} is taken on ${ATTEMPTS} addresses of 127.0.0.0/8`);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function answer({ url = '/' }: IncomingMessage, response: ServerResponse, logFile: LogFinder): void {
  const { pathname, searchParams } = new URL(url, 'https://node');
  const [, namespace = '', pod = '', container = ''] =
    /^\/containerLogs\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
  const file = logFile(namespace, pod, container, searchParams.get('previous') === 'true');
  if (file === undefined) {
    response.writeHead(404).end(`no log at ${pathname}\n`);
    return;
  }
  if (!existsSync(file)) {
    response.writeHead(404).end('that container has not run\n');
    return;
  }
  response.setHeader('content-type', 'text/plain');
  const text = readFileSync(file);
  response.write(tail(text.toString(), searchParams.get('tailLines')));
  if (searchParams.get('follow') === 'true') follow(file, text.length, response);
  else response.end();
}

/** Sends what is added to a file until the other side has enough. */
function follow(file: string, from: number, response: ServerResponse): void {
  let sent = from;
  const timer = setInterval(() => {
    const added = readFileSync(file).subarray(sent);
    sent += added.length;
    if (added.length > 0) response.write(added);
  }, FOLLOW_MS);
  response.once('close', () => clearInterval(timer));
}

function tail(text: string, lines: string | null): string {
  if (lines === null) return text;
  const all = text.split(/(?<=\n)/);
  return all.slice(Math.max(0, all.length - Number(lines))).join('');
}
