import type { Credential } from './credential.ts';
import { canonicalHost } from './docker-hub.ts';
import { asObject, asText, type JsonObject } from './json.ts';

/** A place that a credential is for. */
export interface DockerConfigEntry {
  /** In lower case, with its port if it has one, without scheme; `docker.io` for Docker Hub. May have `*` and `?` within a DNS label. */
  readonly host: string;
  /** Path without slashes at its ends; empty for the whole host. */
  readonly path: string;
  readonly credential: Credential;
}

/** What is of use in a docker configuration, as a Secret or a file holds it. */
export interface DockerConfig {
  readonly entries: readonly DockerConfigEntry[];
  /** Entries that cannot be read. */
  readonly skipped: number;
}

/** Reads the entries of `auths`, or of a whole `.dockercfg`. Those without any credential say nothing and are left out. */
export function dockerConfig(auths: JsonObject): DockerConfig {
  const entries: DockerConfigEntry[] = [];
  let skipped = 0;
  for (const [place, value] of Object.entries(auths)) {
    const credential = credentialIn(asObject(value));
    if (credential === 'None') continue;
    if (credential === 'Malformed' || place.trim() === '') skipped += 1;
    else entries.push({ ...location(place.trim()), credential });
  }
  return { entries, skipped };
}

/** `https://index.docker.io/v1/`, `quay.io/team`, `*.example.com:5000` */
function location(place: string): Omit<DockerConfigEntry, 'credential'> {
  const [host = '', ...segments] = place.replace(/^https?:\/\//i, '').split('/');
  const path = segments.filter((segment) => segment !== '');
  // left over from addresses of the API
  if (path[0] === 'v1' || path[0] === 'v2') path.shift();
  return { host: canonicalHost(host), path: path.join('/') };
}

function credentialIn(entry: JsonObject): Credential | 'None' | 'Malformed' {
  const identity = asText(entry['identitytoken']);
  if (identity !== undefined) return { kind: 'IdentityToken', token: identity };
  const access = asText(entry['registrytoken']);
  if (access !== undefined)
    return /^[\x21-\x7e]+$/.test(access) ? { kind: 'AccessToken', token: access } : 'Malformed';
  const auth = asText(entry['auth']);
  if (auth !== undefined) return fromAuth(auth);
  const username = asText(entry['username']);
  const password = asText(entry['password']);
  if (username === undefined && password === undefined) return 'None';
  return username === undefined ? 'Malformed' : { kind: 'Password', username, password: password ?? '' };
}

/** Base64 of `name:password`. */
function fromAuth(auth: string): Credential | 'Malformed' {
  if (!/^[A-Za-z0-9+/_=\s-]+$/.test(auth)) return 'Malformed';
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  if (colon < 1) return 'Malformed';
  return { kind: 'Password', username: text.slice(0, colon), password: text.slice(colon + 1) };
}
