/** What `resolveImages` and a resolution rule's `policy` may say (image-policy.md §2.4). */
export const resolutionPolicies = [
  'RequiredRewrite',
  'Required',
  'AttemptRewrite',
  'Attempt',
  'DoNotAttempt',
] as const;

export type ResolutionPolicy = (typeof resolutionPolicies)[number];

/** A resource without its version, as an admission request names it; the core group is the empty string. */
export interface GroupResource {
  readonly group: string;
  /** Plural, lower case. In a resolution rule `*` stands for every resource of the group. */
  readonly resource: string;
}

/**
 * The configuration of image-policy.md §2.1 after decoding and defaulting: every field is there.
 * Its file form is `apiVersion: image.openshift.io/v1`, `kind: ImagePolicyConfig`.
 */
export interface ImagePolicyConfig {
  /** The global policy: is resolution tried, and does its failure refuse the request? Default `Attempt`. */
  readonly resolveImages: ResolutionPolicy;
  /** The built-in list where the file has none; an explicit empty list stays empty. */
  readonly resolutionRules: readonly ResolutionRule[];
  readonly executionRules: readonly ExecutionRule[];
}

export interface ResolutionRule {
  /** Decides rewriting only; default is the value of `resolveImages`. */
  readonly policy: ResolutionPolicy;
  readonly targetResource: GroupResource;
  /** Are names written in place of an image stream's short name? Does not limit the look-up. */
  readonly localNames: boolean;
}

/** One condition and whether the images that meet it are refused (`reject`) or allowed. */
export interface ExecutionRule {
  readonly name: string;
  readonly reject: boolean;
  /** True: a namespace's annotation cannot switch this rule off. */
  readonly ignoreNamespaceOverride: boolean;
  /** Default: pods of the core group. */
  readonly onResources: readonly GroupResource[];
  readonly invertMatch: boolean;
  readonly matchIntegratedRegistry: boolean;
  /** Compared exactly; the empty string is an image written without a registry. */
  readonly matchRegistries: readonly string[];
  /** Leave the rule out for images whose metadata are not known. */
  readonly skipOnResolutionFailure: boolean;
  readonly matchDockerImageLabels: readonly ValueCondition[];
  readonly matchImageLabels: readonly LabelSelector[];
  readonly matchImageAnnotations: readonly ValueCondition[];
}

/** With `set`, the key must be there; otherwise its value must equal `value`, where a missing key reads as the empty string. */
export interface ValueCondition {
  readonly key: string;
  readonly set: boolean;
  readonly value: string;
}

export const labelOperators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

export type LabelOperator = (typeof labelOperators)[number];

/** Kubernetes' label selector; all requirements must hold, and an empty one selects everything. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly LabelRequirement[];
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
}
