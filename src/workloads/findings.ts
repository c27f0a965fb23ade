import type { Finding, Report } from '../configuration/index.ts';

/**
 * Why configured kinds cannot be used.
 * - `WrongType`, `UnknownField`, `Required`: as of any document.
 * - `InvalidName`: no name as Kubernetes has them for groups, versions, resources and kinds.
 * - `InvalidPath`: no path of field names that leads to a pod template.
 * - `BuiltIn`: looked at without configuration, or holding no pods.
 * - `Duplicate`: the same resource, kind or version twice.
 * - `TooMany`: beyond what is read.
 */
export type WorkloadErrorCode =
  | 'WrongType'
  | 'UnknownField'
  | 'Required'
  | 'InvalidName'
  | 'InvalidPath'
  | 'BuiltIn'
  | 'Duplicate'
  | 'TooMany';

export type WorkloadError = Finding<WorkloadErrorCode>;
export type WorkloadReport = Report<WorkloadErrorCode>;
