import { type ImagePolicy, imagePolicy, type PolicyOptions } from '../policy/index.ts';
import { documentIn, unusable } from './configuration-document.ts';

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
  const read = documentIn(text, source);
  if ('problem' in read) return read;
  const loaded = imagePolicy(read.document, options);
  if (!loaded.ok) return { problem: unusable(source, loaded.errors) };
  return {
    policy: loaded.policy,
    warnings: loaded.warnings.map(({ message }) => `${source}: ${message}`),
  };
}
