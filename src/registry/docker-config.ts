import type { Credential } from './credential.ts';

/** A place that a credential is for. */
export interface DockerConfigEntry {
  /** Host in lower case, with its port if it has one, without scheme; `*` and `?` within a DNS label. */
  readonly host: string;
  /** Path without slashes at its ends; empty for the whole host. */
  readonly path: string;
  readonly credential: Credential;
}

/** A docker configuration file, as a Secret or a file holds it. */
export interface DockerConfig {
  readonly entries: readonly DockerConfigEntry[];
}

/** Something of a configuration that cannot be used; the sentence names the Secret or file and quotes nothing of it. */
export interface DockerConfigProblem {
  readonly name: string;
  readonly message: string;
}

export interface DockerConfigs {
  readonly configs: readonly DockerConfig[];
  readonly problems: readonly DockerConfigProblem[];
}
