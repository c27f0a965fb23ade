import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Connection } from '../../../src/cluster/index.ts';

interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string } & Readonly<Record<string, string>> },
  ];
  readonly users: readonly [{ readonly user: Readonly<Record<string, string>> }];
}

/** The connection of a kubeconfig as the test cluster writes them, without the memory that reading any other takes. */
export function clusterConnection(kubeconfig: string): Connection & { readonly authority: string } {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const [{ cluster }] = clusters;
  const [{ user }] = users;
  const authority = decoded(cluster['certificate-authority-data']);
  const cert = decoded(user['client-certificate-data']);
  const tls = { ca: authority, cert, key: decoded(user['client-key-data']) };
  return {
    server: new URL(cluster.server),
    namespace: undefined,
    authority,
    credentials: () => Promise.resolve({ headers: {}, tls }),
    forget: () => undefined,
  };
}

function decoded(base64 = ''): string {
  return Buffer.from(base64, 'base64').toString();
}
