import type { Credential } from './credential.ts';

/** A place that a credential is for. */
export interface DockerConfigEntry {
  /** Host in lower case, with its port if it has one, without scheme; `*` and `?` within a DNS label. */
  readonly host: string;
  /** Path without slashes at its ends; empty for the whole host. */
  readonly path: string;
  readonly credential: Credential;
}

/** What is of use in a docker configuration, as a Secret or a file holds it. */
export interface DockerConfig {
  readonly entries: readonly DockerConfigEntry[];
}

export interface DockerConfigs {
  readonly configs: readonly DockerConfig[];
  /** What cannot be used: a sentence each, that names the Secret and quotes nothing of it. */
  readonly problems: readonly string[];
}
