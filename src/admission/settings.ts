import type { AllowList, ImportMode } from '../imagestream/index.ts';
import { defaultImagePolicy, type ImagePolicy } from '../policy/index.ts';
import { type VisitOptions, visitAll } from '../workloads/index.ts';

/**
 * What becomes of a name that is declared local (its stream has local lookup) and cannot be resolved:
 * `Deny` refuses it, `Warn` admits it as written with a warning, as OpenShift does (without the warning).
 */
export type Unresolved = 'Deny' | 'Warn';

/** What an administrator can set of the review of image streams. */
export interface StreamSettings {
  /** Registries that images may come from. */
  readonly allowList: AllowList;
  /** For tags that say no import mode. */
  readonly defaultMode: ImportMode;
  /** Bytes of JSON, spec and history together, from which on no tag is added to a stream. */
  readonly mostBytes: number;
  /** The shortest interval that a scheduled tag may ask for, in milliseconds. */
  readonly minimumIntervalMs: number;
}

/** What an administrator can set of the webhook's decisions. */
export interface AdmissionSettings {
  readonly policy: ImagePolicy;
  readonly unresolved: Unresolved;
  /** `host[:port]` of the cluster's own registry, whose pull specs are stream references; empty for none. */
  readonly integratedRegistry: string;
  /** Record in `imagestreams.io/resolved` where each digest came from. */
  readonly provenance: boolean;
  readonly visit: VisitOptions;
  /**
   * Users whose owned objects no execution rule and no `Required` policy looks at: the controllers that make Pods and
   * ReplicaSets. A trailing `*` stands for the rest of the name. Anybody else may have forged the owner.
   */
  readonly controllerIdentities: readonly string[];
  /** The account of this project's own controller: it alone asks for images by `imagestreams.io/trigger-status`. */
  readonly controllerAccount: { readonly namespace: string; readonly name: string };
  readonly imageStreams: StreamSettings;
}

export const defaultStreamSettings: StreamSettings = {
  allowList: { refusal: () => undefined },
  defaultMode: 'PreserveOriginal',
  mostBytes: 700_000,
  minimumIntervalMs: 60_000,
};

export const defaultSettings: AdmissionSettings = {
  policy: defaultImagePolicy,
  unresolved: 'Deny',
  integratedRegistry: '',
  provenance: true,
  visit: visitAll,
  controllerIdentities: ['system:serviceaccount:kube-system:*', 'system:kube-controller-manager'],
  controllerAccount: { namespace: 'imagestreams', name: 'imagestreams-controller' },
  imageStreams: defaultStreamSettings,
};

/** The user name of this project's own controller. */
export function controllerUser({
  controllerAccount: { namespace, name },
}: Pick<AdmissionSettings, 'controllerAccount'>): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** Is the user one of the listed identities? */
export function isControllerIdentity(identities: readonly string[], username: string): boolean {
  return identities.some((identity) =>
    identity.endsWith('*') ? username.startsWith(identity.slice(0, -1)) : username === identity,
  );
}
