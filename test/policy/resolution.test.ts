import { describe, expect, it } from '@jest/globals';
import { coveredWorkloads, defaultImagePolicy } from '../../src/policy/index.ts';
import { pods, policyOf } from './fixtures.ts';

const resource = (text: string) => {
  const [group = '', name = ''] = text.split('/');
  return { group, resource: name };
};
const ruleOn = (text: string, fields: object = { localNames: true }) => ({
  resolutionRules: [{ targetResource: resource(text), ...fields }],
});
const none = { resolutionRules: [] };

describe('resolution', () => {
  it.each([
    [1, 'AttemptRewrite', none, '/', false, false, true, true],
    [2, 'DoNotAttempt', ruleOn('/*'), '/', false, false, true, false],
    [3, 'DoNotAttempt', ruleOn('/*'), '/', true, false, true, true],
    [4, 'DoNotAttempt', ruleOn('test/*'), 'other/', true, false, false, false],
    [5, 'DoNotAttempt', ruleOn('test/self'), 'test/other', true, false, false, false],
    [6, 'DoNotAttempt', ruleOn('test/self'), 'test/self', true, false, true, true],
    [7, 'DoNotAttempt', ruleOn('batch/jobs'), 'batch/jobs', true, true, true, false],
    [8, 'DoNotAttempt', ruleOn('batch/jobs'), 'batch/jobs', true, false, true, true],
    [
      9,
      'DoNotAttempt',
      ruleOn('build.openshift.io/builds'),
      'build.openshift.io/builds',
      true,
      true,
      true,
      false,
    ],
  ])(
    'follows image-policy.md §16.5, number %i',
    (_, resolveImages, rules, on, localRewrite, update, resolves, rewrites) => {
      const policy = policyOf({ resolveImages, ...rules });
      const about = policy.of(resource(on));
      expect(policy.failOnResolutionFailure).toBe(false);
      expect(about.requestsResolution).toBe(resolves);
      expect(about.rewrites({ localRewrite, update })).toBe(rewrites);
    },
  );

  const name = { localRewrite: false, update: false };

  // value, global: resolves, fails, rewrites what no rule covers; as a rule's policy: rewrites
  it.each([
    ['RequiredRewrite', true, true, true, true],
    ['Required', true, true, false, false],
    ['AttemptRewrite', true, false, true, true],
    ['Attempt', true, false, false, false],
    ['DoNotAttempt', false, false, false, false],
  ])('gives %s the meaning of image-policy.md §2.4', (value, resolves, fails, rewrites, ruleRewrites) => {
    const global = policyOf({ resolveImages: value, ...none });
    expect(global.failOnResolutionFailure).toBe(fails);
    expect(global.of(pods).requestsResolution).toBe(resolves);
    expect(global.of(pods).rewrites(name)).toBe(rewrites);

    const byRule = policyOf({ resolveImages: 'DoNotAttempt', ...ruleOn('/pods', { policy: value }) });
    expect(byRule.failOnResolutionFailure).toBe(false);
    expect(byRule.of(pods).requestsResolution).toBe(true);
    expect(byRule.of(pods).rewrites(name)).toBe(ruleRewrites);

    const ruleWins = policyOf({ resolveImages: value, ...ruleOn('/pods', { policy: 'DoNotAttempt' }) });
    expect(ruleWins.failOnResolutionFailure).toBe(fails);
    expect(ruleWins.of(pods).rewrites(name)).toBe(false);
  });

  it('rewrites where any of several covering rules says so', () => {
    const targetResource = pods;
    const policy = policyOf({
      resolutionRules: [
        { targetResource, policy: 'DoNotAttempt' },
        { targetResource: { resource: '*' }, policy: 'DoNotAttempt', localNames: true },
      ],
    });
    expect(policy.of(pods).rewrites({ localRewrite: true, update: false })).toBe(true);
    expect(policy.of(pods).rewrites(name)).toBe(false);
  });

  it('rewrites a short name without localNames under a rewriting policy', () => {
    const policy = policyOf(ruleOn('/pods', { policy: 'AttemptRewrite', localNames: false }));
    expect(policy.of(pods).rewrites({ localRewrite: true, update: false })).toBe(true);
  });

  it.each([
    ['batch/jobs', false],
    ['batch/cronjobs', true],
    ['apps/statefulsets', true],
    ['apps/deployments', true],
    ['/pods', true],
  ])('on an update of %s rewrites: %s', (on, expected) => {
    expect(defaultImagePolicy.of(resource(on)).rewrites({ localRewrite: true, update: true })).toBe(expected);
  });

  it('leaves a job alone on an update when a rule names its whole group', () => {
    const policy = policyOf(ruleOn('batch/*'));
    expect(policy.of(resource('batch/jobs')).rewrites({ localRewrite: true, update: true })).toBe(false);
    expect(policy.of(resource('batch/cronjobs')).rewrites({ localRewrite: true, update: true })).toBe(true);
  });

  it('resolves and rewrites local names under DoNotAttempt (§17, number 28)', () => {
    const policy = policyOf({
      resolveImages: 'DoNotAttempt',
      ...ruleOn('/pods', { policy: 'DoNotAttempt', localNames: true }),
    });
    expect(policy.of(pods).requestsResolution).toBe(true);
    expect(policy.of(pods).rewrites({ localRewrite: true, update: false })).toBe(true);
  });
});

describe('coverage (image-policy.md §4, step 4)', () => {
  const covered = (fields: object) =>
    coveredWorkloads(policyOf(fields)).map(({ workload }) => `${workload.group}/${workload.resource}`);

  it('is the usual workloads by default', () => {
    expect(covered({})).toEqual([
      '/pods',
      '/replicationcontrollers',
      'apps/deployments',
      'apps/statefulsets',
      'apps/daemonsets',
      'apps/replicasets',
      'batch/jobs',
      'batch/cronjobs',
      'extensions/deployments',
      'extensions/daemonsets',
      'extensions/replicasets',
    ]);
  });

  it.each([
    ['nothing without rules (§17, number 23)', none, []],
    ['the one resource that is listed (§17, number 24)', ruleOn('apps/deployments'), ['apps/deployments']],
    ['a group by "*"', ruleOn('/*'), ['/pods', '/replicationcontrollers', '/podtemplates']],
    ['no group by "*" of another', ruleOn('test/*'), []],
    [
      'what an execution rule is on',
      { ...none, executionRules: [{ onResources: [{ resource: 'podtemplates' }] }] },
      ['/podtemplates'],
    ],
  ])('is %s', (_, fields, expected) => {
    expect(covered(fields)).toEqual(expected);
  });

  it('tells resolution from execution', () => {
    const policy = policyOf({
      resolutionRules: [{ targetResource: { group: 'apps', resource: '*' } }],
      executionRules: [{ name: 'any' }],
    });
    expect(policy.of(pods)).toMatchObject({
      coveredByResolution: false,
      coveredByExecution: true,
      covered: true,
    });
    expect(policy.of(resource('apps/deployments'))).toMatchObject({
      coveredByResolution: true,
      coveredByExecution: false,
      covered: true,
    });
    expect(policy.of(resource('apps/anything'))).toMatchObject({ coveredByResolution: true });
    expect(policy.of(resource('batch/jobs'))).toMatchObject({ covered: false });
    expect(policy.of(resource('nowhere/nothing'))).toMatchObject({ covered: false });
  });

  it('does not take a rule on the core group for one on a group that nobody names', () => {
    const policy = policyOf(ruleOn('/*'));
    expect(policy.of(resource('nowhere/nothing'))).toMatchObject({ covered: false });
    expect(policy.of(resource('/nothing'))).toMatchObject({ covered: true });
  });
});

describe('whether images that are no local names matter', () => {
  it.each([
    ['the default policy', {}, '/pods', false],
    ['global Attempt', { resolveImages: 'Attempt' }, '/pods', false],
    ['global Required', { resolveImages: 'Required' }, '/pods', true],
    ['global RequiredRewrite', { resolveImages: 'RequiredRewrite' }, '/pods', true],
    ['global Required elsewhere', { resolveImages: 'Required', ...none }, '/pods', false],
    ['a rewriting rule', ruleOn('/pods', { policy: 'AttemptRewrite' }), '/pods', true],
    ['a rewriting rule on another resource', ruleOn('apps/*', { policy: 'AttemptRewrite' }), '/pods', false],
    [
      'a rewriting rule on the group',
      ruleOn('apps/*', { policy: 'AttemptRewrite' }),
      'apps/deployments',
      true,
    ],
    [
      'written rules that take a rewriting global policy',
      { resolveImages: 'AttemptRewrite', ...ruleOn('/pods') },
      '/pods',
      true,
    ],
    [
      'a rewriting global policy that built-in rules do not take',
      { resolveImages: 'AttemptRewrite' },
      '/pods',
      false,
    ],
    ['an execution rule', { executionRules: [{ name: 'any' }] }, '/pods', true],
    [
      'an execution rule on another resource',
      { executionRules: [{ name: 'any' }] },
      'apps/deployments',
      false,
    ],
  ])('with %s', (_, fields, on, expected) => {
    expect(policyOf(fields).of(resource(on)).qualifiedImagesMatter).toBe(expected);
  });
});
