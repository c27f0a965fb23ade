export { ClusterStreams } from './cluster-streams.ts';
export {
  type ConfigurationOptions,
  systemNamespaces,
  type WebhookAddress,
  webhookConfigurations,
} from './configurations.ts';
export {
  FirstImports,
  type FirstImportsOptions,
  type PendingTag,
  type StreamChanges,
  type StreamListener,
  type WaitEnding,
} from './first-imports.ts';
export { AdmissionMetrics, measureImportWaits, measureStreams } from './metrics.ts';
export { mutate } from './mutate.ts';
export type { PatchOperation } from './patch.ts';
export {
  policyConfigMapPermissions,
  type WebhookPermissionsOptions,
  webhookPermissions,
} from './permissions.ts';
export { resolvedAnnotation } from './provenance.ts';
export { unregisteredEntries } from './registration-fit.ts';
export { type AdmissionRequest, decodeReview, type UserInfo } from './request.ts';
export type { Answer, Cause, RefusalStatus } from './response.ts';
export { type Reviewer, type ReviewResponse, reviewWith } from './review.ts';
export { AdmissionServer, type ReviewHandlers } from './server.ts';
export {
  type AdmissionSettings,
  controllerUser,
  defaultSettings,
  defaultStreamSettings,
  type StreamSettings,
  type Unresolved,
} from './settings.ts';
export { StreamIndex } from './stream-index.ts';
export type { StreamSource } from './streams.ts';
export type {
  JobQuestion,
  PullAnswer,
  PullQuestion,
  Reviewed,
  Surroundings,
  UserPullQuestion,
} from './surroundings.ts';
export { validate } from './validate.ts';
export type { WebhookName } from './webhook.ts';
