import {
  type ImageMetadata,
  type ImagePolicy,
  imagePolicy,
  type PolicyError,
  type PolicyOptions,
  type PolicyWarning,
} from '../../src/policy/index.ts';

export const pods = { group: '', resource: 'pods' };

/** A policy document with these fields. */
export function document(fields: object): object {
  return { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig', ...fields };
}

/** The policy of a document that must be valid. */
export function policyOf(fields: object, options?: PolicyOptions): ImagePolicy {
  const loaded = imagePolicy(document(fields), options);
  if (!loaded.ok) throw new Error(loaded.errors.map((error) => error.message).join('\n'));
  return loaded.policy;
}

export function errorsOf(fields: object): readonly PolicyError[] {
  const loaded = imagePolicy(document(fields));
  return loaded.ok ? [] : loaded.errors;
}

export function warningsOf(fields: object, options: PolicyOptions = {}): readonly PolicyWarning[] {
  const loaded = imagePolicy(document(fields), { imageMetadata: true, ...options });
  if (!loaded.ok) throw new Error(loaded.errors.map((error) => error.message).join('\n'));
  return loaded.warnings;
}

/** Code and place, which is what most tests ask about. */
export function placed({ code, field }: PolicyError | PolicyWarning): string {
  return `${code} ${field}`;
}

export function metadata(parts: Partial<ImageMetadata> = {}): ImageMetadata {
  return { labels: {}, annotations: {}, ...parts };
}
