export {
  type AllowedRegistry,
  type AllowList,
  type ParsedAllowList,
  type RegistryTransport,
  registryAllowList,
} from './allow-list.ts';
export { mostAnnotationBytes } from './annotation-size.ts';
export {
  candidatesAnnotation,
  excludeSecretAnnotation,
  followAnnotation,
  insecureRepositoryAnnotation,
  intervalAnnotation,
  lastAppliedAnnotation,
  minimumAgeAnnotation,
  preferredArchitectureAnnotation,
  preferredSystemAnnotation,
  removedTagsAnnotation,
  repositoryCheckAnnotation,
  tagsAnnotation,
  updatedAnnotation,
} from './annotations.ts';
export { type CrossNamespaceSource, crossNamespaceSources } from './cross-namespace.ts';
export { imageStreamCustomResource } from './custom-resource.ts';
export { durationText, parseDuration } from './duration.ts';
export { type FieldProblem, fieldProblemText, invalidStreamMessage } from './field-problem.ts';
export { type ForeignSource, foreignSources } from './follow.ts';
export { nextGeneration } from './generations.ts';
export { addTagEvent } from './history.ts';
export { imageStreamShape } from './image-stream-shape.ts';
export { importsDue } from './import-due.ts';
export { type ImportFailureReason, type RetryClass, retryClass } from './import-failure.ts';
export type {
  ImportCause,
  ImportMode,
  ImportPlatform,
  ImportSettings,
  ImportsDue,
  RepositoryImport,
  TagImport,
} from './import-request.ts';
export { isNamespaceName, isStreamName, isTagName } from './names.ts';
export { prepareImageStream, type StreamRequest } from './prepare.ts';
export { prioritizeTags } from './prioritize-tags.ts';
export { pullSpecOf } from './pull-spec.ts';
export { removedTagNames } from './removed-tags.ts';
export { repointed, repointingFailure, type TagTarget } from './repointed.ts';
export { type ResolvableStream, type ResolvableTag, resolvableStream } from './resolvable.ts';
export { type ResolvedImageId, resolveImageId } from './resolve-image-id.ts';
export { resolveTag, type TagResolution } from './resolve-tag.ts';
export { imagePullerClusterRole, imageStreamClusterRoles } from './roles.ts';
export { imageStreamSchema, type Schema } from './schema.ts';
export { settle } from './settle.ts';
export type {
  HeldImage,
  ImportOutcome,
  ImportResult,
  RepositoryOutcome,
  RepositoryResult,
  Settled,
  SettleOptions,
  Sources,
  TagFailure,
  TagMove,
} from './settled.ts';
export { storedVersion, storedVersionGuard } from './stored-version.ts';
export { imageStreamWarnings, type StreamWarning } from './stream-warnings.ts';
export { tagReferenceChanged } from './tag-changed.ts';
export { type StreamTagName, splitStreamTag } from './tag-name.ts';
export { trackedStream } from './tracked.ts';
export type * from './types.ts';
export { imageStreamGroup } from './types.ts';
export { type StreamValidation, validateImageStream } from './validate.ts';
export { type StatusValidation, validateImageStreamStatus } from './validate-status.ts';
