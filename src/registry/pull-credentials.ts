import { anonymous, type PullCredentials } from './credential.ts';
import type { DockerConfig } from './docker-config.ts';

/**
 * Credentials out of configurations (image-streams.md §5.5). All of an earlier tier are tried before any of a later one: first a
 * namespace's secrets, then the process's own configuration if the namespace may use it. Within a tier the most specific first.
 */
export function pullCredentials(..._tiers: readonly (readonly DockerConfig[])[]): PullCredentials {
  return anonymous;
}
