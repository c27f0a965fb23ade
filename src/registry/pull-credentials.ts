import type { Credential, PullCredentials } from './credential.ts';
import { credentialKey } from './credential-key.ts';
import { type DockerConfig, type DockerConfigEntry, dockerConfig } from './docker-config.ts';
import { canonicalHost, dockerHub, dockerHubHosts } from './docker-hub.ts';
import { hostFits } from './host-pattern.ts';
import { asObject, type JsonObject } from './json.ts';
import { dockerConfigOf } from './pull-secrets.ts';

/** Credentials, and what of their sources could not be used: a sentence each. */
export interface PullAccess {
  readonly credentials: PullCredentials;
  readonly problems: readonly string[];
}

/** Each that is refused is a failed login at the registry, which counts those. */
const mostTried = 8;

/**
 * The credentials of a namespace (image-streams.md §5.5): all that fit out of its secrets, the most specific first, then those of
 * the process's own configurations, if the namespace may use them.
 *
 * @param secrets Secrets as the API has them, of whatever type
 * @param own docker configurations (`{"auths": …}`)
 */
export function pullCredentials(secrets: readonly JsonObject[], own: readonly JsonObject[] = []): PullAccess {
  const { configs, problems } = dockerConfigOf(secrets);
  const ownConfigs = own.map((config) => dockerConfig(asObject(config['auths'])));
  return { credentials: credentialsOf([configs, ownConfigs]), problems };
}

/** @param tiers all of the first are tried before any of the second */
function credentialsOf(tiers: readonly (readonly DockerConfig[])[]): PullCredentials {
  const find = (host: string, path: string): readonly Credential[] => {
    const canonical = canonicalHost(host);
    const found = tiers.flatMap((configs) => fitting(configs, canonical, path));
    return distinct(found.map((entry) => entry.credential)).slice(0, mostTried);
  };
  return { for: find, identity: (host, path) => credentialKey(find(host, path)) };
}

function fitting(configs: readonly DockerConfig[], host: string, path: string): readonly DockerConfigEntry[] {
  const hosts = host === dockerHub ? dockerHubHosts : [host];
  return configs
    .flatMap((config) => config.entries)
    .filter((entry) => hosts.some((each) => hostFits(entry.host, each)) && isBelow(path, entry.path))
    .toSorted((one, other) => weight(other) - weight(one));
}

/** Whole segments: `team` is not a prefix of `teams/app`. */
function isBelow(path: string, prefix: string): boolean {
  return prefix === '' || path === prefix || path.startsWith(`${prefix}/`);
}

/** The longest path counts most, then a host without wildcards. */
function weight({ host, path }: DockerConfigEntry): number {
  return path.length * 2 + (/[*?]/.test(host) ? 0 : 1);
}

function distinct(credentials: readonly Credential[]): readonly Credential[] {
  return [...new Map(credentials.map((each) => [credentialKey([each]), each])).values()];
}
