import { parse } from 'yaml';
import { type ImagePolicy, imagePolicy, type PolicyOptions } from '../policy/index.ts';

/** A policy as read from text, or the sentence that says why it cannot be used. */
export type ReadPolicy =
  | { readonly policy: ImagePolicy; readonly warnings: readonly string[] }
  | { readonly problem: string };

/**
 * Reads an `ImagePolicyConfig`, YAML or JSON.
 *
 * @param source where the text is from, as sentences name it: `policy file /etc/policy.yaml`
 */
export function policyInText(text: string, source: string, options: PolicyOptions): ReadPolicy {
  let document: unknown;
  try {
    document = parse(text, { prettyErrors: false });
  } catch (error) {
    return { problem: `${source} cannot be read: ${(error as Error).message}` };
  }
  const loaded = imagePolicy(document, options);
  if (loaded.ok) {
    return {
      policy: loaded.policy,
      warnings: loaded.warnings.map(({ message }) => `${source}: ${message}`),
    };
  }
  const errors = loaded.errors.map(({ message }) => `\n  ${message}`).join('');
  return { problem: `${source} cannot be used:${errors}` };
}
