import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { type Connection, ConnectionError, type Credentials } from './connection.ts';
import { ApiError } from './error.ts';

/** Where the kubelet mounts the pod's service account. */
export const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The kubelet replaces the token long before it expires; client-go looks once a minute as well. */
const rereadMs = 60_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The connection of a pod: API server from the environment, CA, token and namespace from the mounted directory.
 * Own code because client-node costs some 28 MiB of memory, and a pod needs nothing else of it.
 * @throws ConnectionError `NoConfiguration` outside a pod, `UnreadableFile` without a mounted service account
 */
export async function serviceAccountConnection(
  env: Environment,
  directory: string,
  clock: Clock,
): Promise<Connection> {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) {
    throw new ConnectionError(
      'NoConfiguration',
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so this does not run in a pod.',
    );
  }
  const server = new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  const mount = new Mount(directory, clock);
  await mount.read().catch((cause: unknown) => {
    throw new ConnectionError(
      'UnreadableFile',
      `No service account is mounted at ${directory} (${codeOf(cause)}).`,
    );
  });
  const namespace = await readFile(join(directory, 'namespace'), 'utf8').catch(() => '');
  return {
    server,
    namespace: namespace.trim() || undefined,
    credentials: () => mount.credentials(),
    forget: () => mount.forget(),
  };
}

class Mount {
  readonly #directory: string;
  readonly #clock: Clock;
  #known: Credentials | undefined;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  async read(): Promise<Credentials> {
    const startedAt = this.#clock.now();
    const [token, ca] = await Promise.all(
      ['token', 'ca.crt'].map((name) => readFile(join(this.#directory, name), 'utf8')),
    );
    const credentials = { headers: { authorization: `Bearer ${token?.trim()}` }, tls: { ca } };
    this.#known = credentials;
    this.#readAt = startedAt;
    return credentials;
  }

  async credentials(): Promise<Credentials> {
    if (this.#known !== undefined && this.#clock.now() - this.#readAt < rereadMs) return this.#known;
    try {
      return await this.read();
    } catch (cause) {
      // The old token lives on for a while, so a passing read error must not stop anything.
      if (this.#known !== undefined) return this.#known;
      throw new ApiError(
        'Credentials',
        `The service account at ${this.#directory} cannot be read (${codeOf(cause)}).`,
      );
    }
  }

  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY;
  }
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? 'unknown error';
}
