import type { WorkloadKind } from '../workloads/index.ts';

/** What happens to an image without a digest: a warning, a record in the API server's audit log, or a refusal. */
export type EnforcementAction = 'warn' | 'audit' | 'deny';

export const enforcementActions: readonly EnforcementAction[] = ['warn', 'audit', 'deny'];

/** The namespace label that asks for it; its value is an action, or `none`. */
export const enforceLabel = 'imagestreams.io/enforce';

/** On a pod (template): lets images without digest through for who is allowed to, and says why; it goes into the audit log. */
export const breakGlassAnnotation = 'imagestreams.io/break-glass';

/** What is not held to digests. */
export interface EnforcementExceptions {
  /** Beginnings of image names as written, such as `registry.example.com/mirror/`. */
  readonly imagePrefixes: readonly string[];
  /** Namespaces by name, whatever their label says. */
  readonly namespaces: readonly string[];
  /** Users, such as `system:serviceaccount:ci:runner`; a trailing `*` stands for the rest of the name. */
  readonly users: readonly string[];
}

export interface EnforcementOptions {
  /** Beginning of all names. */
  readonly name: string;
  readonly kinds: readonly WorkloadKind[];
  /** For namespaces without the label; `none` leaves them alone. */
  readonly unlabelled: EnforcementAction | 'none';
  readonly exceptions: EnforcementExceptions;
  /** Kubernetes' own controllers, who make pods of templates that were looked at when they were written. */
  readonly controllerIdentities: readonly string[];
}

export const noExceptions: EnforcementExceptions = { imagePrefixes: [], namespaces: [], users: [] };
