/** Reconcile loops: what is decided is decided by the core, what is asked is asked of registries, what is written is written through `v1stored`. */
export { ForeignStreams } from './foreign-streams.ts';
export { discoverKinds, type KindDiscoveryOptions } from './kind-discovery.ts';
export { ControllerMetrics } from './metrics.ts';
export {
  type ControllerPermissionsOptions,
  controllerPermissions,
  defaultLeaseName,
  leaderPermissions,
  pullSecretPermissions,
} from './permissions.ts';
export { PullSecrets } from './pull-secrets.ts';
export { type OwnCredentials, RegistryImporter } from './registry-importer.ts';
export { type ControllerSettings, defaultControllerSettings } from './settings.ts';
export { StreamController } from './stream-controller.ts';
export { TrackedStreams } from './tracked-streams.ts';
export { TriggerController, type TriggerControllerOptions } from './trigger-controller.ts';
export { restingNote } from './trigger-events.ts';
export type { ServedKind } from './trigger-kinds.ts';
export { TriggerMetrics } from './trigger-metrics.ts';
export {
  type PreviewQuestion,
  type PreviewResult,
  previewMove,
  type TriggerPreview,
  type TriggerPreviewsOptions,
  type Viewer,
} from './trigger-preview.ts';
export { TrackedWorkloads } from './trigger-workloads.ts';
