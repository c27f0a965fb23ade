import { describe, expect, it } from '@jest/globals';
import { defaultImagePolicy, imagePolicy } from '../../src/policy/index.ts';
import { pods, policyOf } from './fixtures.ts';

const builtIn = [
  '/pods',
  '/replicationcontrollers',
  'apps.openshift.io/deploymentconfigs',
  'apps/daemonsets',
  'apps/deployments',
  'apps/statefulsets',
  'apps/replicasets',
  'build.openshift.io/builds',
  'batch/jobs',
  'batch/cronjobs',
  'extensions/daemonsets',
  'extensions/deployments',
  'extensions/replicasets',
];

describe('defaults of a policy (image-policy.md §2.1, §2.2)', () => {
  it.each([[null], [undefined]])('takes the input %j for the built-in policy', (input) => {
    const loaded = imagePolicy(input);
    expect(loaded).toMatchObject({ ok: true, warnings: [] });
    expect(loaded.ok && loaded.policy.config).toEqual(defaultImagePolicy.config);
  });

  it('resolves local names of the usual workloads and refuses nothing', () => {
    const { resolveImages, resolutionRules, executionRules } = defaultImagePolicy.config;
    expect(resolveImages).toBe('Attempt');
    expect(executionRules).toEqual([]);
    expect(resolutionRules.map(({ targetResource: on }) => `${on.group}/${on.resource}`)).toEqual(builtIn);
    expect(resolutionRules.every((rule) => rule.localNames && rule.policy === 'DoNotAttempt')).toBe(true);
    expect(defaultImagePolicy.failOnResolutionFailure).toBe(false);
  });

  it.each([
    ['absent', {}, builtIn.length],
    ['null', { resolutionRules: null }, builtIn.length],
    ['an empty list', { resolutionRules: [] }, 0],
    ['a list of one', { resolutionRules: [{ targetResource: pods }] }, 1],
  ])('with resolution rules %s has as many as it should', (_, fields, count) => {
    expect(policyOf(fields).config.resolutionRules).toHaveLength(count);
  });

  it('gives a built-in rule the global policy where an execution rule is on its resource', () => {
    const { resolutionRules } = policyOf({
      resolveImages: 'AttemptRewrite',
      executionRules: [{ onResources: [{ group: 'apps', resource: 'deployments' }] }],
    }).config;
    const others = resolutionRules.filter((rule) => rule.policy !== 'DoNotAttempt');
    expect(others).toEqual([
      {
        policy: 'AttemptRewrite',
        targetResource: { group: 'apps', resource: 'deployments' },
        localNames: true,
      },
    ]);
  });

  it.each([
    [undefined, 'Attempt'],
    ['Required', 'Required'],
    ['DoNotAttempt', 'DoNotAttempt'],
  ])('gives a written rule without a policy the global one: %s', (resolveImages, policy) => {
    const fields = { resolveImages, resolutionRules: [{ targetResource: pods }] };
    expect(policyOf(fields).config.resolutionRules[0]?.policy).toBe(policy);
  });

  it.each([
    ['absent', {}],
    ['null', { onResources: null }],
    ['empty', { onResources: [] }],
  ])('puts an execution rule on pods when onResources is %s', (_, rule) => {
    expect(policyOf({ executionRules: [rule] }).config.executionRules[0]?.onResources).toEqual([pods]);
  });
});
