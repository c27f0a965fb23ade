import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { imagePolicy } from '../../src/policy/index.ts';
import { document, policyOf } from './fixtures.ts';

const policies = ['RequiredRewrite', 'Required', 'AttemptRewrite', 'Attempt'] as const;
const policy = fc.constantFrom(...policies);
const group = fc.constantFrom('', 'apps', 'batch', 'test');
const label = fc.stringMatching(/^[a-z][a-z0-9.-]{0,8}[a-z0-9]$/);
const optional = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

const condition = fc.oneof(
  fc.record({ key: label, set: fc.constant(true) }),
  fc.record({ key: label, value: fc.string() }),
);
const requirement = fc.oneof(
  fc.record({ key: label, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  fc.record({
    key: label,
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.array(label, { minLength: 1, maxLength: 3 }),
  }),
);
const selector = optional({
  matchLabels: fc.dictionary(label, label, { maxKeys: 2 }),
  matchExpressions: fc.array(requirement, { maxLength: 2 }),
});
const few = { maxLength: 2 };
const rule = optional({
  reject: fc.boolean(),
  ignoreNamespaceOverride: fc.boolean(),
  onResources: fc.array(fc.record({ group, resource: label }), few),
  invertMatch: fc.boolean(),
  matchIntegratedRegistry: fc.boolean(),
  matchRegistries: fc.array(fc.string(), few),
  skipOnResolutionFailure: fc.boolean(),
  matchDockerImageLabels: fc.array(condition, few),
  matchImageLabels: fc.array(selector, few),
  matchImageAnnotations: fc.array(condition, few),
});
const resolutionRule = fc.record(
  {
    policy,
    targetResource: fc.record({ group, resource: fc.oneof(label, fc.constant('*')) }),
    localNames: fc.boolean(),
  },
  { requiredKeys: ['targetResource'] },
);
const valid = optional({
  resolveImages: policy,
  resolutionRules: fc.option(fc.array(resolutionRule, few)),
  executionRules: fc
    .array(rule, { maxLength: 3 })
    .map((rules) => rules.map((each, index) => ({ name: `rule-${index}`, ...each }))),
});

describe('any policy', () => {
  it('is read without a throw, and refused with at least one error', () => {
    fc.assert(
      fc.property(fc.anything(), fc.dictionary(fc.string(), fc.jsonValue()), (input, fields) => {
        for (const each of [input, fields, document(fields)]) {
          const loaded = imagePolicy(each);
          expect(loaded.ok || loaded.errors.length > 0).toBe(true);
        }
      }),
    );
  });

  it('reads back as itself once defaults are filled in', () => {
    fc.assert(
      fc.property(valid, (fields) => {
        const { config } = policyOf(fields);
        expect(policyOf(config).config).toEqual(config);
      }),
    );
  });

  it('is refused when one field is misspelt', () => {
    fc.assert(
      fc.property(valid, rule, (fields, each) => {
        const executionRules = [{ ...each, matchRegistrys: [] }];
        const loaded = imagePolicy(document({ ...fields, executionRules }));
        expect(loaded.ok ? [] : loaded.errors).toMatchObject([
          {
            code: 'UnknownField',
            field: 'executionRules[0].matchRegistrys',
            suggestion: '"matchRegistries"',
          },
        ]);
      }),
    );
  });
});
