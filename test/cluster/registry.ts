import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Binaries } from './binaries.ts';
import type { TestCluster } from './cluster.ts';
import type { PairFiles } from './credentials.ts';
import { answers } from './health.ts';
import { writeUsers } from './registry-users.ts';
import type { Supervision } from './supervision.ts';
import type { TokenServer } from './token-server.ts';

/** Who may use a registry: those of `registry-users.ts` by Basic, or whoever has a token of that server. */
export type RegistryAccess =
  | { readonly kind: 'Basic' }
  | { readonly kind: 'Token'; readonly server: TokenServer };

export interface ExtraRegistry {
  /** Unique in a suite. */
  readonly name: string;
  /** Anybody may do anything if absent. */
  readonly access?: RegistryAccess;
  /** The certificate to serve HTTPS with; plain HTTP if absent. */
  readonly tls?: PairFiles;
  /** The most tags on one page of a list. */
  readonly tagsOnAPage?: number;
}

/** A registry that listens. */
export interface RunningRegistry {
  /** `127.0.0.1:PORT`, as it stands in an image's name. */
  readonly host: string;
  /** `http://127.0.0.1:PORT` or `https://…` */
  readonly origin: string;
}

/**
 * Starts an image registry without users or TLS.
 *
 * @returns its host and port, as they stand in an image's name
 */
export async function startRegistry(binaries: Binaries, supervision: Supervision): Promise<string> {
  const address = `127.0.0.1:${supervision.takePort()}`;
  const config = layOut(supervision.directory, address, { name: 'registry' });
  const registry = await supervision.start({
    name: 'registry',
    command: binaries.paths.registry,
    args: ['serve', config],
    env: { OTEL_TRACES_EXPORTER: 'none' },
    disposable: true,
  });
  await registry.ready(() => answers(`http://${address}/v2/`));
  return address;
}

/** Starts one more registry, which ends with the suite. */
export async function startExtraRegistry(
  cluster: TestCluster,
  settings: ExtraRegistry,
): Promise<RunningRegistry> {
  const host = `127.0.0.1:${await cluster.takePort()}`;
  const origin = `${settings.tls === undefined ? 'http' : 'https'}://${host}`;
  const name = `registry-${settings.name}`;
  const config = layOut(cluster.directory, host, { ...settings, name });
  await cluster.startProcess({
    name,
    command: cluster.program('registry'),
    args: ['serve', config],
    env: { OTEL_TRACES_EXPORTER: 'none' },
    disposable: true,
    ready: () => answers(`${origin}/v2/`, [200, 401]),
  });
  return { host, origin };
}

function layOut(parent: string, address: string, settings: ExtraRegistry): string {
  const { name, access, tls, tagsOnAPage } = settings;
  // suites that follow each other may use the same name
  const directory = mkdtempSync(join(parent, `${name}-`));
  const config = `${directory}.yaml`;
  const content = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: directory }, delete: { enabled: true } },
    ...(tagsOnAPage === undefined ? {} : { tags: { maxtags: tagsOnAPage } }),
    ...(access === undefined ? {} : { auth: authentication(directory, access) }),
    http: {
      addr: address,
      ...(tls === undefined ? {} : { tls: { certificate: tls.certificateFile, key: tls.keyFile } }),
    },
  };
  writeFileSync(config, stringify(content), { mode: 0o600 });
  return config;
}

function authentication(directory: string, access: RegistryAccess): object {
  switch (access.kind) {
    case 'Basic':
      return { htpasswd: { realm: 'test registry', path: writeUsers(directory) } };
    case 'Token': {
      const { realm, service, issuer, keySet } = access.server;
      const jwks = join(directory, 'keys.json');
      writeFileSync(jwks, keySet);
      return { token: { realm, service, issuer, jwks } };
    }
  }
}
