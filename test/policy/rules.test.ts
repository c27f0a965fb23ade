import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { excludedRules, writtenName } from '../../src/policy/index.ts';
import { metadata, pods, policyOf } from './fixtures.ts';
import { integrated, local, namespaced, pod, verdict } from './judging.ts';

const value1 = { key: 'label1', value: 'value1' };
const value2 = { key: 'label1', value: 'value2' };
const anyValue = { key: 'label1', set: true };

describe('execution rules', () => {
  it.each([
    ['no metadata condition', [{ matchRegistries: [''] }], pod(local, true)],
    ['the empty registry', [{ matchRegistries: [''] }], pod(namespaced, false)],
    [
      'an allow rule that the namespace excludes (§17, number 30)',
      [{ name: 'a' }],
      { ...pod(local, false), excluded: 'a' },
    ],
    [
      'a rule that no namespace can exclude',
      [{ name: 'a', ignoreNamespaceOverride: true }],
      { ...pod(local, true), excluded: 'a' },
    ],
    [
      'an allow rule left out for want of metadata (§17, number 31)',
      [{ skipOnResolutionFailure: true }],
      pod(local, false),
    ],
    ['that rule with metadata', [{ skipOnResolutionFailure: true }], pod(local, true, metadata())],
    ['a reject after an allow', [{}, { reject: true }], pod(local, false)],
    ['an allow after a reject', [{ reject: true }, {}], pod(local, false)],
    [
      'an inverted metadata rule on an image without metadata',
      [{ reject: true, invertMatch: true, matchImageLabels: [{ matchLabels: { scanned: 'true' } }] }],
      pod(local, false),
    ],
    [
      'an inverted metadata rule that is left out without metadata',
      [
        {
          reject: true,
          invertMatch: true,
          matchImageLabels: [{ matchLabels: { scanned: 'true' } }],
          skipOnResolutionFailure: true,
        },
      ],
      pod(local, true),
    ],
    [
      'an empty selector on an image with metadata',
      [{ matchImageLabels: [{}] }],
      pod(local, true, metadata()),
    ],
    ['an empty selector on an image without', [{ matchImageLabels: [{}] }], pod(local, false)],
    [
      'a value that is asked to be empty, of a key that is missing',
      [{ matchImageAnnotations: [{ key: 'a', value: '' }] }],
      pod(local, true, metadata()),
    ],
    [
      'a key that every object inherits',
      [{ matchImageAnnotations: [{ key: 'constructor', set: true }] }],
      pod(local, false, metadata()),
    ],
    [
      'docker labels that could not be read, in an allow rule',
      [{ matchDockerImageLabels: [value1] }],
      pod(local, false, metadata()),
    ],
    [
      'docker labels that could not be read, in a reject rule',
      [{ reject: true, matchDockerImageLabels: [value1] }],
      pod(local, true, metadata()),
    ],
    [
      'all of several conditions',
      [{ matchImageAnnotations: [value1, anyValue], matchDockerImageLabels: [value1] }],
      pod(local, true, metadata({ annotations: { label1: 'value1' }, dockerLabels: { label1: 'value1' } })),
    ],
    [
      'one of several conditions not',
      [{ matchImageAnnotations: [value1, value2] }],
      pod(local, false, metadata({ annotations: { label1: 'value1' } })),
    ],
    ['a registry without the port', [{ matchRegistries: ['myregistry.io'] }], pod(integrated, false)],
    ['Docker Hub by another spelling', [{ matchRegistries: ['docker.io'] }], pod('index.docker.io/a', false)],
    ['an image string that is no reference', [{ matchRegistries: ['quay.io'] }], pod('quay.io/A b', false)],
  ])('judge %s', (_, rules, each) => {
    expect(verdict(rules, each).accepted).toBe(each.accepted);
  });

  it.each([
    ['In', { key: 'a', operator: 'In', values: ['1', '2'] }, [false, true, false]],
    ['NotIn', { key: 'a', operator: 'NotIn', values: ['1', '2'] }, [true, false, true]],
    ['Exists', { key: 'a', operator: 'Exists' }, [false, true, true]],
    ['DoesNotExist', { key: 'a', operator: 'DoesNotExist' }, [true, false, false]],
  ])('select labels by %s', (_, requirement, [absent, listed, other]) => {
    const rules = [{ matchImageLabels: [{ matchExpressions: [requirement] }] }];
    const accepts = (labels: Record<string, string>) =>
      verdict(rules, pod(local, true, metadata({ labels }))).accepted;
    expect([accepts({}), accepts({ a: '1' }), accepts({ a: '3' })]).toEqual([absent, listed, other]);
  });

  it('find no integrated registry where none is configured, not even the empty one', () => {
    const rules = [{ matchIntegratedRegistry: true }];
    expect(verdict(rules, pod(local, false), { integratedRegistry: '' }).accepted).toBe(false);
  });

  it('say which rule rejects, or which would have allowed', () => {
    const rejected = policyOf({ executionRules: [{ name: 'no-quay', reject: true }] });
    expect(rejected.of(pods).accepts({ name: writtenName(local) })).toEqual({
      accepted: false,
      code: 'RuleRejects',
      message: 'execution rule "no-quay" rejects it',
    });
    const unnamed = policyOf({
      executionRules: [{ name: 'a', matchRegistries: ['quay.io'] }, { reject: true }],
    });
    expect(unnamed.of(pods).accepts({ name: writtenName(local) })).toMatchObject({
      message: 'execution rule executionRules[1] rejects it',
    });
    const allowed = policyOf({
      executionRules: [
        { name: 'quay', matchRegistries: ['quay.io'] },
        { name: 'ghcr', matchRegistries: ['ghcr.io'] },
      ],
    });
    expect(allowed.of(pods).accepts({ name: writtenName(local) })).toEqual({
      accepted: false,
      code: 'NoRuleAllows',
      message: 'no execution rule ("quay", "ghcr") allows it',
    });
  });

  it('never accept more when a rejecting rule is added', () => {
    const rule = fc.record(
      {
        reject: fc.boolean(),
        invertMatch: fc.boolean(),
        matchRegistries: fc.subarray(['', 'myregistry.io', 'quay.io']),
        matchIntegratedRegistry: fc.boolean(),
        skipOnResolutionFailure: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const images = fc.constantFrom(local, integrated, namespaced, 'quay.io/a/b');
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), rule, images, (rules, extra, image) => {
        const before = verdict(rules, pod(image, true)).accepted;
        const after = verdict([...rules, { ...extra, reject: true }], pod(image, true)).accepted;
        return before || !after;
      }),
    );
  });
});

describe('the annotation that excludes rules', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    [' a , b ', ['a', 'b']],
    ['a,,', ['a']],
  ])('reads %j', (value, names) => {
    expect([...excludedRules(value)]).toEqual(names);
  });
});
