import type { DockerConfigs } from './docker-config.ts';

/** What is needed of a Secret. */
export interface PullSecret {
  readonly name: string;
  readonly type: string;
  /** In base64, as the API has it. */
  readonly data: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Reads the pull secrets of a namespace (image-streams.md §5.5, §14.12): types `kubernetes.io/dockerconfigjson` and
 * `kubernetes.io/dockercfg`, but for those annotated `openshift.io/image.excludeSecret`. What cannot be read is reported and left out.
 */
export function dockerConfigOf(_secrets: readonly PullSecret[]): DockerConfigs {
  return { configs: [], problems: [] };
}
