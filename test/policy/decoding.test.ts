import { describe, expect, it } from '@jest/globals';
import { imagePolicy } from '../../src/policy/index.ts';
import { errorsOf, placed, policyOf } from './fixtures.ts';

const rule = (fields: object) => ({ executionRules: [fields] });

describe('decoding a policy', () => {
  it.each([
    ['a misspelt field', { resolveImage: 'Attempt' }, 'UnknownField', 'resolveImage', '"resolveImages"'],
    ['another letter case', { ResolveImages: 'Attempt' }, 'UnknownField', 'ResolveImages', '"resolveImages"'],
    ['a misspelt value', { resolveImages: 'Atempt' }, 'UnknownValue', 'resolveImages', '"Attempt"'],
    [
      'a field of a rule',
      rule({ matchRegistry: [] }),
      'UnknownField',
      'executionRules[0].matchRegistry',
      '"matchRegistries"',
    ],
    [
      'a value of a resolution rule',
      { resolutionRules: [{ policy: 'requiredrewrite', targetResource: { resource: 'pods' } }] },
      'UnknownValue',
      'resolutionRules[0].policy',
      '"RequiredRewrite"',
    ],
    [
      'an operator',
      rule({ matchImageLabels: [{ matchExpressions: [{ key: 'a', operator: 'Exist' }] }] }),
      'UnknownValue',
      'executionRules[0].matchImageLabels[0].matchExpressions[0].operator',
      '"Exists"',
    ],
    ['a field nothing is near to', { 'x/y': 1 }, 'UnknownField', '["x/y"]', undefined],
    [
      'a value nothing is near to',
      { resolveImages: 'Sometimes' },
      'UnknownValue',
      'resolveImages',
      undefined,
    ],
  ])('refuses %s, with what was probably meant', (_, fields, code, field, suggestion) => {
    const [error, ...more] = errorsOf(fields);
    expect(more).toEqual([]);
    expect(error).toMatchObject({ code, field });
    expect(error?.suggestion).toBe(suggestion);
  });

  it.each([
    [
      'a string for a list',
      rule({ matchRegistries: 'quay.io' }),
      'WrongType executionRules[0].matchRegistries',
    ],
    [
      'a number in a list',
      rule({ matchRegistries: ['quay.io', 5] }),
      'WrongType executionRules[0].matchRegistries[1]',
    ],
    ['null in a list', rule({ matchRegistries: [null] }), 'WrongType executionRules[0].matchRegistries[0]'],
    ['a string for a boolean', rule({ reject: 'true' }), 'WrongType executionRules[0].reject'],
    [
      'a boolean for a value',
      rule({ matchImageAnnotations: [{ key: 'deny', value: true }] }),
      'WrongType executionRules[0].matchImageAnnotations[0].value',
    ],
    [
      'a boolean for a label',
      rule({ matchImageLabels: [{ matchLabels: { a: true } }] }),
      'WrongType executionRules[0].matchImageLabels[0].matchLabels.a',
    ],
    ['a string for a rule', { executionRules: ['pods'] }, 'WrongType executionRules[0]'],
    ['an object for a list', { resolutionRules: {} }, 'WrongType resolutionRules'],
    [
      'a list for an object',
      { resolutionRules: [{ targetResource: [] }] },
      'WrongType resolutionRules[0].targetResource',
    ],
  ])('refuses %s', (_, fields, expected) => {
    expect(errorsOf(fields).map(placed)).toEqual([expected]);
  });

  it.each([
    [{}, ['Required apiVersion', 'Required kind']],
    [{ apiVersion: 'v1', kind: 'ImagePolicyConfig' }, ['WrongObject apiVersion']],
    [{ apiVersion: 'image.openshift.io/v1', kind: 'ImageStream' }, ['WrongObject kind']],
    [{ apiVersion: 1, kind: 'ImagePolicyConfig' }, ['WrongType apiVersion']],
    [[], ['WrongType ']],
    ['resolveImages: Attempt', ['WrongType ']],
    [0, ['WrongType ']],
  ])('refuses the document %j', (input, expected) => {
    const loaded = imagePolicy(input);
    expect(loaded.ok ? [] : loaded.errors.map(placed)).toEqual(expected);
  });

  it('says in one sentence where, what was seen, what is allowed and what was meant', () => {
    const fields = {
      resolveImages: 'Require',
      executionRules: [{ rejekt: true, onResources: 'pods', matchImageLabels: [7] }],
    };
    expect(errorsOf(fields).map((error) => error.message)).toEqual([
      'resolveImages: unknown value "Require"; allowed are "RequiredRewrite", "Required", "AttemptRewrite", ' +
        '"Attempt", "DoNotAttempt"; did you mean "Required"?',
      'executionRules[0].rejekt: unknown field; allowed are "name", "reject", "onResources", "matchRegistries", ' +
        '"matchIntegratedRegistry", "matchImageLabels", "matchImageAnnotations", "matchDockerImageLabels", ' +
        '"invertMatch", "skipOnResolutionFailure", "ignoreNamespaceOverride"; did you mean "reject"?',
      'executionRules[0].onResources: expected a list, saw the string "pods"',
      'executionRules[0].matchImageLabels[0]: expected an object, saw the number 7',
    ]);
  });

  it('cuts a very long value short in its message', () => {
    const [error] = errorsOf({ resolveImages: 'x'.repeat(5000) });
    expect(error?.message.length).toBeLessThan(300);
  });

  it('reads null like an absent field, and an empty enumeration value too', () => {
    const { config } = policyOf({
      resolveImages: '',
      resolutionRules: [{ policy: '', targetResource: { group: null, resource: 'pods' }, localNames: null }],
      executionRules: null,
    });
    expect(config).toEqual({
      resolveImages: 'Attempt',
      resolutionRules: [
        { policy: 'Attempt', targetResource: { group: '', resource: 'pods' }, localNames: false },
      ],
      executionRules: [],
    });
  });
});
