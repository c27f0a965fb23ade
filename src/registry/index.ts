/** Image registries: what a tag points to, which tags there are, and whose credentials they take. */
export { RegistryClient } from './client.ts';
export type { Clock } from './clock.ts';
export { anonymous, type Credential, type PullCredentials } from './credential.ts';
export type { DockerConfig } from './docker-config.ts';
export { RegistryError, type RegistryErrorCode } from './error.ts';
export { type PullAccess, pullCredentials } from './pull-credentials.ts';
export { type DockerConfigs, dockerConfigOf } from './pull-secrets.ts';
export type { FoundImage, ImageQuery, Platform, TagsQuery } from './query.ts';
export {
  type AddressPolicy,
  defaultRegistrySettings,
  type Mirror,
  type MirrorRule,
  type Rate,
  type RegistryLimits,
  type RegistrySettings,
  type RegistryTimeouts,
  type Resolve,
} from './settings.ts';
