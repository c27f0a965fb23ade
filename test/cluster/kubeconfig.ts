import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Identity, issueClient, type PairFiles } from './credentials.ts';

/** The API server that a kubeconfig leads to. */
export interface Endpoint {
  readonly apiServer: string;
  readonly authority: PairFiles;
}

/**
 * Writes a kubeconfig with a client certificate of its own.
 *
 * @returns its path
 */
export async function writeKubeconfig(
  directory: string,
  name: string,
  { apiServer, authority }: Endpoint,
  identity: Identity,
): Promise<string> {
  const client = await issueClient(authority, identity);
  const context = 'test-cluster';
  const file = join(directory, `${name}.kubeconfig`);
  const content = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': context,
    contexts: [{ name: context, context: { cluster: context, user: identity.user } }],
    clusters: [
      {
        name: context,
        cluster: {
          server: apiServer,
          'certificate-authority-data': base64(readFileSync(authority.certificateFile, 'utf8')),
        },
      },
    ],
    users: [
      {
        name: identity.user,
        user: {
          'client-certificate-data': base64(client.certificate),
          'client-key-data': base64(client.key),
        },
      },
    ],
  };
  writeFileSync(file, stringify(content), { mode: 0o600 });
  return file;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
