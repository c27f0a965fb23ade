/** Where a pull spec without a registry goes. */
export const dockerHub = 'docker.io';

/** All names of that one registry. */
export const dockerHubHosts: readonly string[] = [dockerHub, 'registry-1.docker.io', 'index.docker.io'];
