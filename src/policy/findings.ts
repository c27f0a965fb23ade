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

export interface PolicyFinding<Code extends string> {
  readonly code: Code;
  /** Where it stands in the document, as in `executionRules[0].matchRegistries[1]`; empty for the document itself. */
  readonly field: string;
  /** One sentence for a person: field, what was seen, what is allowed, the fix. */
  readonly message: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

export type PolicyError = PolicyFinding<PolicyErrorCode>;
export type PolicyWarning = PolicyFinding<PolicyWarningCode>;

/** Collects findings, so that a person sees all of them at once. */
export class Report {
  readonly errors: PolicyError[] = [];
  readonly warnings: PolicyWarning[] = [];

  error(code: PolicyErrorCode, field: string, sentence: string, suggestion?: string): void {
    this.errors.push(finding(code, field, sentence, suggestion));
  }

  warn(code: PolicyWarningCode, field: string, sentence: string, suggestion?: string): void {
    this.warnings.push(finding(code, field, sentence, suggestion));
  }
}

function finding<Code extends string>(
  code: Code,
  field: string,
  sentence: string,
  suggestion: string | undefined,
): PolicyFinding<Code> {
  const message = `${field === '' ? 'the image policy' : field}: ${sentence}`;
  if (suggestion === undefined) return { code, field, message };
  return { code, field, message: `${message}; did you mean ${suggestion}?`, suggestion };
}
