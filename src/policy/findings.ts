import type { Finding, Report } from '../configuration/index.ts';

/**
 * Why a policy cannot be used.
 * - `WrongType`: a value of another JSON type than the field has.
 * - `WrongObject`: `apiVersion` or `kind` of something else.
 * - `UnknownField`, `UnknownValue`: not part of the format (OpenShift ignores both).
 * - `Required`: a field that must be there.
 * - `Duplicate`: two execution rules with one name; the empty name counts.
 * - `InvalidSelector`: a label selector that Kubernetes would not accept.
 * - `NeverResolved`: image metadata are asked for while `resolveImages` is `DoNotAttempt`.
 * - `WildcardResource`: `*` in `onResources`, which OpenShift accepts and then never evaluates.
 * - `Exclusive`: `set` together with `value`.
 */
export type PolicyErrorCode =
  | 'WrongType'
  | 'WrongObject'
  | 'UnknownField'
  | 'UnknownValue'
  | 'Required'
  | 'Duplicate'
  | 'InvalidSelector'
  | 'NeverResolved'
  | 'WildcardResource'
  | 'Exclusive';

/**
 * What is valid but will not do what it seems to say.
 * - `ResourceNotVisited`: no kind of workload that is looked at here.
 * - `PodMakersLeftOut`: a rule on pods that leaves out a kind whose pods are not looked at themselves.
 * - `RegistryNeverMatches`: not a registry host, so no image can be in it.
 * - `DockerHubSpelling`: refuses one spelling of Docker Hub and lets another pass.
 * - `IntegratedRegistryUnset`: `matchIntegratedRegistry` without a configured host.
 * - `MetadataUnavailable`: a condition on image metadata where none are collected.
 * - `RuleNeverMatches`: `invertMatch` of a rule that has no condition.
 * - `RequiredOnlyGlobally`: a resolution rule's `Required`, which refuses nothing.
 * - `MatchesAbsentKey`: a key with neither `set` nor `value`, met by images without that key.
 */
export type PolicyWarningCode =
  | 'ResourceNotVisited'
  | 'PodMakersLeftOut'
  | 'RegistryNeverMatches'
  | 'DockerHubSpelling'
  | 'IntegratedRegistryUnset'
  | 'MetadataUnavailable'
  | 'RuleNeverMatches'
  | 'RequiredOnlyGlobally'
  | 'MatchesAbsentKey';

export type PolicyError = Finding<PolicyErrorCode>;
export type PolicyWarning = Finding<PolicyWarningCode>;
export type PolicyReport = Report<PolicyErrorCode, PolicyWarningCode>;
