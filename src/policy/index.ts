export type { PolicyOptions } from './advice.ts';
export { type ImageAttributes, type ImageMetadata, writtenName } from './attributes.ts';
export { coveredWorkloads, type WorkloadCoverage } from './coverage.ts';
export { policySchema } from './decode-config.ts';
export { excludedRules, ignoreRulesAnnotation } from './excluded-rules.ts';
export type { Rejection, Verdict } from './execution.ts';
export type {
  PolicyError,
  PolicyErrorCode,
  PolicyWarning,
  PolicyWarningCode,
} from './findings.ts';
export { defaultImagePolicy, imagePolicy, type LoadedPolicy } from './load.ts';
export type { ImagePolicy } from './policy.ts';
export type { ResolvedName, ResourcePolicy } from './resource-policy.ts';
export type {
  ExecutionRule,
  GroupResource,
  ImagePolicyConfig,
  LabelRequirement,
  LabelSelector,
  ResolutionPolicy,
  ResolutionRule,
  ValueCondition,
} from './types.ts';
