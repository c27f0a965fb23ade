export type { WorkloadError, WorkloadErrorCode } from './findings.ts';
export {
  type ImageList,
  type ImagePlace,
  imageField,
  imagePointer,
  imagesOf,
  type VisitOptions,
  visitAll,
} from './images.ts';
export { builtInKinds, isJob, isPod, placeName, resourceName, type WorkloadKind } from './kinds.ts';
export { type LoadedWorkloads, workloadKindsSchema, workloadTable } from './load.ts';
export { isWrittenBy, managedFieldsOf } from './managed-fields.ts';
export {
  annotationText,
  isControlled,
  type KubernetesObject,
  type ObjectMeta,
  type OwnerReference,
  valueAt,
} from './object.ts';
export { resolveNamesAnnotation, resolvesAllNames } from './resolve-names.ts';
export { builtInTable, WorkloadTable } from './table.ts';
export { unchangedSince } from './unchanged.ts';
