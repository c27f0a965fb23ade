/** Annotation of a namespace that lists execution rules, separated by commas, which do not apply in it. */
export const ignoreRulesAnnotation = 'alpha.image.policy.openshift.io/ignore-rules';

const none: ReadonlySet<string> = new Set();

/**
 * The rule names in the value of that annotation. Spaces around a name do not count, and neither do empty names:
 * a rule without a name cannot be switched off.
 */
export function excludedRules(annotation: string | undefined): ReadonlySet<string> {
  if (annotation === undefined) return none;
  const names = annotation.split(',').map((name) => name.trim());
  return new Set(names.filter((name) => name !== ''));
}
