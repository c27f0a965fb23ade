/** Docker Hub as images name it. */
export const dockerHub = 'docker.io';

/** All names of Docker Hub. */
export const dockerHubHosts: readonly string[] = [dockerHub, 'index.docker.io', 'registry-1.docker.io'];

/** Where its registry listens. */
const registryHost = 'registry-1.docker.io';

/** One name for each registry: in lower case, and `docker.io` for all names of Docker Hub. */
export function canonicalHost(host: string): string {
  const lower = host.toLowerCase();
  return dockerHubHosts.includes(lower) ? dockerHub : lower;
}

/** `host[:port]` to connect to. */
export function networkHost(host: string): string {
  return host === dockerHub ? registryHost : host;
}
