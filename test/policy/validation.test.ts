import { describe, expect, it } from '@jest/globals';
import { errorsOf, placed } from './fixtures.ts';

const rule = (fields: object) => ({ executionRules: [fields] });
const unresolved = (fields: object) => ({ resolveImages: 'DoNotAttempt', ...fields });
const selector = (fields: object) => rule({ matchImageLabels: [fields] });
const expression = (fields: object) => selector({ matchExpressions: [fields] });

const neverResolved = 'NeverResolved executionRules[0]';
const inSelector = 'InvalidSelector executionRules[0].matchImageLabels[0]';

describe('validation of a policy', () => {
  // Number 6 of the table is a rule without a policy, which defaulting makes valid before it is looked at.
  it.each([
    [1, {}, []],
    [2, selector({ matchLabels: { test: 'other' } }), []],
    [3, selector({ matchLabels: { '': '' } }), [`${inSelector}.matchLabels[""]`]],
    [4, { executionRules: [{ name: 'test' }, { name: 'test' }] }, ['Duplicate executionRules[1].name']],
    [5, unresolved({ resolutionRules: [{ targetResource: { resource: 'test' }, policy: 'Attempt' }] }), []],
    [6, unresolved({ resolutionRules: [{ targetResource: { resource: 'test' } }] }), []],
    [
      7,
      unresolved({ resolutionRules: [{ policy: 'Attempt' }] }),
      ['Required resolutionRules[0].targetResource.resource'],
    ],
    [
      8,
      unresolved(rule({ matchDockerImageLabels: [{}] })),
      ['Required executionRules[0].matchDockerImageLabels[0].key', `${neverResolved}.matchDockerImageLabels`],
    ],
    [9, unresolved(rule({ matchImageLabels: [{}] })), [`${neverResolved}.matchImageLabels`]],
    [
      10,
      unresolved(rule({ matchImageAnnotations: [{}] })),
      ['Required executionRules[0].matchImageAnnotations[0].key', `${neverResolved}.matchImageAnnotations`],
    ],
  ])('follows image-policy.md §16.6, number %i', (_, fields, expected) => {
    expect(errorsOf(fields).map(placed)).toEqual(expected);
  });

  it.each([
    ['two rules without a name', { executionRules: [{}, {}] }, ['Duplicate executionRules[1].name']],
    [
      'a third of one name',
      { executionRules: [{ name: 'a' }, { name: 'a' }, { name: 'a' }] },
      ['Duplicate executionRules[1].name', 'Duplicate executionRules[2].name'],
    ],
    [
      'metadata under DoNotAttempt, although a resolution rule resolves pods',
      unresolved({
        resolutionRules: [{ targetResource: { resource: 'pods' }, policy: 'Attempt' }],
        executionRules: [{ matchImageLabels: [{}] }],
      }),
      [`${neverResolved}.matchImageLabels`],
    ],
    [
      'a resource without its name',
      rule({ onResources: [{ group: 'apps' }, { resource: '' }] }),
      [
        'Required executionRules[0].onResources[0].resource',
        'Required executionRules[0].onResources[1].resource',
      ],
    ],
    [
      'every resource in an execution rule (§17, number 29)',
      rule({ onResources: [{ resource: '*' }] }),
      ['WildcardResource executionRules[0].onResources[0].resource'],
    ],
    [
      'set together with a value',
      rule({ matchImageAnnotations: [{ key: 'a', set: true, value: 'b' }] }),
      ['Exclusive executionRules[0].matchImageAnnotations[0]'],
    ],
  ])('refuses %s', (_, fields, expected) => {
    expect(errorsOf(fields).map(placed)).toEqual(expected);
  });

  it('tells which resources to list in place of "*"', () => {
    const [error] = errorsOf(rule({ onResources: [{ group: 'batch', resource: '*' }] }));
    expect(error?.message).toBe(
      'executionRules[0].onResources[0].resource: "*" matches no request in an execution rule; ' +
        'list the resources (of this group: "jobs", "cronjobs")',
    );
  });

  it.each([
    ['a name', { matchLabels: { 'a.b_c-d': 'X.1' } }],
    ['a prefix', { matchLabels: { 'example.com/a': '' } }],
    ['63 letters', { matchLabels: { ['a'.repeat(63)]: 'b'.repeat(63) } }],
    ['In', { matchExpressions: [{ key: 'a', operator: 'In', values: ['b', ''] }] }],
    ['NotIn', { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] }],
    ['Exists', { matchExpressions: [{ key: 'a', operator: 'Exists' }] }],
    ['DoesNotExist', { matchExpressions: [{ key: 'a', operator: 'DoesNotExist', values: [] }] }],
    ['nothing', {}],
  ])('accepts a selector of %s', (_, fields) => {
    expect(errorsOf(selector(fields))).toEqual([]);
  });

  it.each([
    ['a key that ends in a dash', { 'a-': 'b' }, '.a-'],
    ['a key of 64 letters', { ['a'.repeat(64)]: 'b' }, `.${'a'.repeat(64)}`],
    ['a key with two slashes', { 'a/b/c': 'd' }, '["a/b/c"]'],
    ['an upper-case prefix', { 'A.com/b': 'c' }, '["A.com/b"]'],
    ['a prefix of 254 letters', { [`${'a.'.repeat(126)}aa/b`]: 'c' }, `["${'a.'.repeat(126)}aa/b"]`],
    ['an empty prefix', { '/b': 'c' }, '["/b"]'],
    ['a prefix with an empty part', { 'a..b/c': 'd' }, '["a..b/c"]'],
    ['a value with a space', { a: 'b c' }, '.a'],
    ['a value of 64 letters', { a: 'b'.repeat(64) }, '.a'],
  ])('refuses %s', (_, matchLabels, place) => {
    const fields = selector({ matchLabels });
    const expected = `${inSelector}.matchLabels${place}`;
    expect(errorsOf(fields).map(placed)).toEqual([expected]);
  });

  it.each([
    ['In without values', { key: 'a', operator: 'In' }, ['values']],
    ['NotIn with none', { key: 'a', operator: 'NotIn', values: [] }, ['values']],
    ['Exists with values', { key: 'a', operator: 'Exists', values: ['b'] }, ['values']],
    ['DoesNotExist with values', { key: 'a', operator: 'DoesNotExist', values: ['b'] }, ['values']],
    ['a bad value', { key: 'a', operator: 'In', values: ['ok', 'b c'] }, ['values[1]']],
    ['no key', { operator: 'Exists' }, ['key']],
  ])('refuses a requirement of %s', (_, fields, places) => {
    const at = `${inSelector}.matchExpressions[0]`;
    expect(errorsOf(expression(fields)).map(placed)).toEqual(places.map((place) => `${at}.${place}`));
  });

  it('refuses a requirement without an operator', () => {
    const place = 'executionRules[0].matchImageLabels[0].matchExpressions[0].operator';
    expect(errorsOf(expression({ key: 'a' })).map(placed)).toEqual([`Required ${place}`]);
  });
});
