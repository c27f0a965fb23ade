import {
  anonymous,
  defaultRegistrySettings,
  type FoundImage,
  type ImageQuery,
  type PullCredentials,
  pullCredentials,
  RegistryClient,
  RegistryError,
  type RegistrySettings,
} from '../../src/registry/index.ts';
import type { KeyPair } from './certificates.ts';
import { FakeRegistry } from './fake-registry.ts';
import { TokenServer } from './token-server.ts';

export const systemClock = {
  now: () => performance.timeOrigin + performance.now(),
  after: (ms: number, callback: () => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export const loopback = { deny: [], allow: ['127.0.0.0/8'] };

/** Registries and clients of one test file, closed together. */
export class Stage {
  readonly #closing: (() => Promise<void>)[] = [];

  async registry(tls?: KeyPair): Promise<FakeRegistry> {
    const registry = await new FakeRegistry(tls).start();
    this.#closing.push(() => registry.server.stop());
    return registry;
  }

  async tokenServer(): Promise<TokenServer> {
    const server = await new TokenServer().start();
    this.#closing.push(() => server.server.stop());
    return server;
  }

  client(settings: Partial<RegistrySettings> = {}): RegistryClient {
    const client = new RegistryClient({
      ...defaultRegistrySettings,
      userAgent: 'imagestreams/test',
      clock: systemClock,
      addresses: loopback,
      env: {},
      ...settings,
    });
    this.#closing.push(() => client.close());
    return client;
  }

  /** Closes what is closed when a test ends. */
  onClose(close: () => Promise<void>): void {
    this.#closing.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse()) await close();
  }
}

/** A query with an insecure source, as all registries of these tests but those with TLS are. */
export function queryFor(pullSpec: string, more: Partial<ImageQuery> = {}): ImageQuery {
  const platform = { architecture: '', os: '' };
  return { pullSpec, insecure: true, mode: 'PreserveOriginal', platform, known: '', ...more };
}

export function find(
  client: RegistryClient,
  pullSpec: string,
  more: Partial<ImageQuery> = {},
  credentials: PullCredentials = anonymous,
  signal?: AbortSignal,
): Promise<FoundImage> {
  return client.find(queryFor(pullSpec, more), credentials, signal);
}

/** The error of a question that must fail. */
export async function errorOf(promise: Promise<unknown>): Promise<RegistryError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RegistryError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** A Secret as the API has it. */
export function pullSecret(
  auths: object,
  name = 'pull',
  more: object = {},
): Readonly<Record<string, unknown>> {
  const text = JSON.stringify({ auths });
  return {
    metadata: { name },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': Buffer.from(text).toString('base64') },
    ...more,
  };
}

export function password(username: string, secret: string): object {
  return { auth: Buffer.from(`${username}:${secret}`).toString('base64') };
}

/** Credentials out of one Secret. */
export function credentialsFor(auths: object): PullCredentials {
  return pullCredentials([pullSecret(auths)]).credentials;
}
