import {
  excludedRules,
  type ImageAttributes,
  type ImageMetadata,
  type PolicyOptions,
  type Verdict,
  writtenName,
} from '../../src/policy/index.ts';
import { pods, policyOf } from './fixtures.ts';

/** An image, what is known of it, and whether the rules are to let it run. */
export interface Case {
  readonly image: string;
  readonly on?: typeof pods;
  readonly metadata?: ImageMetadata;
  /** Value of the namespace's annotation. */
  readonly excluded?: string;
  readonly accepted: boolean;
}

export function pod(image: string, accepted: boolean, metadata?: ImageMetadata): Case {
  return { image, accepted, ...(metadata === undefined ? {} : { metadata }) };
}

export const local = 'test:latest';
export const integrated = 'myregistry.io:5000/test:latest';
export const namespaced = 'myregistry.io/namespace/test:latest';

/** What these rules say of an image; rules without a name get one, for a policy may not have two such. */
export function verdict(executionRules: readonly object[], each: Case, options?: PolicyOptions): Verdict {
  const named = executionRules.map((rule, index) => ({ name: `rule-${index}`, ...rule }));
  const policy = policyOf(
    { executionRules: named },
    { integratedRegistry: 'myregistry.io:5000', ...options },
  );
  const attributes: ImageAttributes = {
    name: writtenName(each.image),
    excludedRules: excludedRules(each.excluded),
    ...(each.metadata === undefined ? {} : { image: each.metadata }),
  };
  return policy.of(each.on ?? pods).accepts(attributes);
}
