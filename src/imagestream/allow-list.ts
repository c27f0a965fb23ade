import { globMatches, type ImageReference } from '../reference/index.ts';
import { dockerHub, dockerHubHosts } from './docker-hub.ts';

/**
 * How a registry is reached where the pull spec names no port: `secure` is port 443, `insecure` port 80, and `any` may turn
 * out to be either.
 */
export type RegistryTransport = 'any' | 'secure' | 'insecure';

/** One entry of `allowedRegistriesForImport`, as in OpenShift's image configuration. */
export interface AllowedRegistry {
  /** `host` or `host:port`, both with `*` and `?`; a host alone has port 443, or 80 when insecure. */
  readonly domainName: string;
  readonly insecure?: boolean;
}

/** Which registries images may come from. */
export interface AllowList {
  /** Why the registry of the reference is not allowed; undefined when it is. */
  refusal(reference: ImageReference, transport: RegistryTransport): string | undefined;
}

export type ParsedAllowList =
  | { readonly ok: true; readonly allowList: AllowList }
  | { readonly ok: false; readonly message: string };

interface HostPort {
  readonly host: string;
  /** Empty: 80 or 443. */
  readonly port: string;
}

const mostShown = 5;

/**
 * Reads the registries that images may come from (image-streams.md §2.1). No entries allow everything. `integratedRegistry`, the
 * cluster's own as `host[:port]`, is always allowed.
 */
export function registryAllowList(
  entries: readonly AllowedRegistry[],
  integratedRegistry = '',
): ParsedAllowList {
  if (entries.length === 0) return { ok: true, allowList: { refusal: () => undefined } };
  const own: readonly AllowedRegistry[] =
    integratedRegistry === '' ? [] : [{ domainName: integratedRegistry }];
  const allowed = new Map<string, HostPort>();
  for (const { domainName, insecure } of [...own, ...entries]) {
    const [host = '', port = insecure === true ? '80' : '443', ...rest] = domainName.split(':');
    if (rest.length > 0) {
      return { ok: false, message: `failed to parse allowed registry "${domainName}": too many colons` };
    }
    if (host === '' || port === '') {
      return {
        ok: false,
        message: `failed to parse allowed registry "${domainName}": it must be HOST or HOST:PORT`,
      };
    }
    allowed.set(`${host}:${port}`, { host, port });
  }
  return { ok: true, allowList: allowListOf([...allowed.values()]) };
}

function allowListOf(allowed: readonly HostPort[]): AllowList {
  const listed = listing(allowed.map(({ host, port }) => `"${host}:${port}"`));
  return {
    refusal({ registry }, transport) {
      const { host, port } = hostPortOf(registry, transport);
      // all names of Docker Hub are one registry, so that `docker.io:*` allows each of them
      const hosts = dockerHubHosts.includes(host) ? dockerHubHosts : [host];
      if (allowed.some((entry) => allows(entry, hosts, port))) return undefined;
      const seen = registry === '' ? `${host}${port === '' ? '' : `:${port}`}` : registry;
      return `registry "${seen}" not allowed by whitelist: ${listed}`;
    },
  };
}

function hostPortOf(registry: string, transport: RegistryTransport): HostPort {
  const [host = '', port = ''] = (registry || dockerHub).split(':');
  if (port !== '' || transport === 'any') return { host, port };
  return { host, port: transport === 'insecure' ? '80' : '443' };
}

function allows(entry: HostPort, hosts: readonly string[], port: string): boolean {
  const portAllowed = port === '' ? ['80', '443', '*'].includes(entry.port) : globMatches(entry.port, port);
  return portAllowed && hosts.some((host) => globMatches(entry.host, host));
}

function listing(entries: readonly string[]): string {
  if (entries.length <= mostShown) return entries.join(', ');
  const shown = entries.slice(0, mostShown - 1);
  return `${shown.join(', ')}, and ${entries.length - shown.length} more ...`;
}
