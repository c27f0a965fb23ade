import { get as getPlain, type RequestOptions } from 'node:http';
import { get as getSecure } from 'node:https';
import { connect } from 'node:net';
import type { Container, Handler, HttpAction } from './objects.ts';

/** What came of one probe or hook. */
export interface Outcome {
  readonly ok: boolean;
  readonly detail: string;
}

/** What an attempt needs to know of the container it is made at. */
export interface Target {
  readonly container: Container;
  /** The pod's, on this machine. */
  readonly host: string;
  /** Runs a command as the container would; answers with its exit code. */
  exec(command: readonly string[], timeoutMs: number): Promise<number>;
}

/** Makes one attempt at what a probe or a hook says. Never rejects. */
export async function attempt(handler: Handler, target: Target, timeoutMs: number): Promise<Outcome> {
  const { exec, httpGet, tcpSocket, sleep } = handler;
  try {
    if (httpGet !== undefined) return await get(httpGet, target, timeoutMs);
    if (tcpSocket !== undefined) {
      const { host = target.host, port } = tcpSocket;
      return await open(host, portNumber(port, target.container), timeoutMs);
    }
    if (exec !== undefined) {
      const code = await target.exec(exec.command, timeoutMs);
      return { ok: code === 0, detail: `${exec.command.join(' ')} ended with ${code}` };
    }
    if (sleep !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, sleep.seconds * 1000));
      return { ok: true, detail: `slept ${sleep.seconds} s` };
    }
    return { ok: false, detail: `a handler ${Object.keys(handler).join()} is not supported` };
  } catch (error) {
    return { ok: false, detail: (error as Error).message };
  }
}

/** @throws Error for a name that no port of the container has */
function portNumber(port: number | string, { name, ports = [] }: Container): number {
  if (typeof port === 'number') return port;
  const found = ports.find((each) => each.name === port);
  if (found === undefined) throw new Error(`container "${name}" has no port "${port}"`);
  return found.containerPort;
}

function get(action: HttpAction, { container, host }: Target, timeoutMs: number): Promise<Outcome> {
  const { path = '/', scheme = 'HTTP', httpHeaders = [] } = action;
  const options: RequestOptions & { readonly rejectUnauthorized: boolean } = {
    host: action.host ?? host,
    port: portNumber(action.port, container),
    path,
    agent: false,
    timeout: timeoutMs,
    signal: AbortSignal.timeout(timeoutMs),
    // The kubelet does not look at the certificate either.
    rejectUnauthorized: false,
    headers: {
      'user-agent': 'kube-probe/1.37',
      ...Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value])),
    },
  };
  return new Promise((resolve, reject) => {
    const request = (scheme === 'HTTPS' ? getSecure : getPlain)(options, (response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      response.once('error', reject);
      resolve({ ok: status >= 200 && status < 400, detail: `GET ${path}: ${status}` });
    });
    request.once('error', reject);
  });
}

function open(host: string, port: number, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal: AbortSignal.timeout(timeoutMs) });
    socket.once('connect', () => {
      socket.destroy();
      resolve({ ok: true, detail: `${host}:${port} is open` });
    });
    socket.once('error', (error) => resolve({ ok: false, detail: error.message }));
  });
}
