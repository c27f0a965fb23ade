import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who may use a test registry that asks for a password. */
export interface RegistryUser {
  readonly name: string;
  readonly password: string;
}

export const puller: RegistryUser = { name: 'puller', password: 'pull-secret-of-the-test' };

/** One more, to tell tenants apart. */
export const otherPuller: RegistryUser = { name: 'other', password: 'other-secret-of-the-test' };

// bcrypt of the passwords above, at the lowest cost: the registry computes one for each request, Node cannot
const lines = [
  'puller:$2b$04$sLvxJO6xphVQEF20HQkfQebSdLp9P24x6jJQrFcq0qW.Y32MJUofC',
  'other:$2b$04$gCDnGgFuHRmU8vFNfMuXSuLzznrQk7O9rm/SZK0mj/W5EOnTec4qG',
];

/** Writes the users as a registry reads them; gives the file's path. */
export function writeUsers(directory: string): string {
  const file = join(directory, 'htpasswd');
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** `Basic …`, the value of the header. */
export function basicAuthorization({ name, password }: RegistryUser): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

/** A pull secret, as `kubectl create secret docker-registry` makes it; `place` is a host or a host with a path. */
export function pullSecret(name: string, place: string, user: RegistryUser): object {
  const auth = Buffer.from(`${user.name}:${user.password}`).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/dockerconfigjson',
    metadata: { name },
    stringData: { '.dockerconfigjson': JSON.stringify({ auths: { [place]: { auth } } }) },
  };
}
