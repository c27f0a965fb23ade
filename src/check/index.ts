/** Does an installation do what it is for: a small story, played in a namespace of a cluster. */
export { type CheckOptions, check } from './check.ts';
export { CheckError, type CheckErrorCode } from './error.ts';
export { checkPermissions } from './permissions.ts';
export type { Cast } from './story.ts';
