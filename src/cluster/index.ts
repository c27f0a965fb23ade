/**
 * The Kubernetes API: connection, requests, mirrored collections, lookups, access reviews, Events and leader election.
 */
export {
  type AccessAnswer,
  type AccessQuestion,
  AccessReviews,
  type AccessReviewsOptions,
  type AccessSubject,
} from './access.ts';
export { type BackoffLimits, backoffDelay } from './backoff.ts';
export type { PatchType } from './call.ts';
export {
  ApiClient,
  type ClientOptions,
  type DeleteOptions,
  type PatchOptions,
  type RequestOptions,
} from './client.ts';
export { type Clock, sleep, systemClock } from './clock.ts';
export { type ConnectOptions, connect } from './connect.ts';
export {
  type Connection,
  ConnectionError,
  type ConnectionErrorCode,
  type Credentials,
} from './connection.ts';
export { notCurrent } from './currency.ts';
export { ApiError, type ApiErrorCode, isApiError } from './error.ts';
export type { ObjectEvent, ObjectReference } from './event.ts';
export { EventRecorder } from './event-recorder.ts';
export type { EventOutcome, EventRecorderOptions } from './event-recorder-options.ts';
export type { JsonObject } from './json.ts';
export { LeaderElection } from './leader-election.ts';
export type { LeaderElectionOptions } from './leader-election-options.ts';
export { type ListOptions, listPages } from './list.ts';
export { Lookup, type LookupOptions } from './lookup.ts';
export { metaTime } from './meta-time.ts';
export { type KubernetesObject, kubernetesObject, objectKey } from './object.ts';
export { type ResourceLocation, resourcePath } from './path.ts';
export { eventPermissions, leasePermissions, type PolicyRule } from './permissions.ts';
export { Reflector, type ReflectorHealth } from './reflector.ts';
export type { ReflectorOptions } from './reflector-options.ts';
export type { Change } from './store.ts';
export { TokenReviews, type TokenReviewsOptions } from './token-review.ts';
export { WatchedObject, type WatchedObjectOptions } from './watched-object.ts';
