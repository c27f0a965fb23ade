import { describe, expect, it } from '@jest/globals';
import { coveredWorkloads, imagePolicy } from '../../src/policy/index.ts';
import { rollouts, withRollouts } from '../workloads/rollouts.ts';
import { document, policyOf, warningsOf } from './fixtures.ts';

const options = { workloads: withRollouts };
const target = { group: 'argoproj.io', resource: 'rollouts' };

describe('a policy where kinds are configured', () => {
  it('resolves their local names without being told', () => {
    const policy = policyOf({}, options);
    expect(policy.of(rollouts).coveredByResolution).toBe(true);
    expect(policy.of(rollouts).rewrites({ localRewrite: true, update: true })).toBe(true);
    expect(policyOf({}).of(rollouts).coveredByResolution).toBe(false);
  });

  it('looks at them where its rules name them, and no others', () => {
    const named = policyOf({ resolutionRules: [{ targetResource: target }] }, options);
    expect(coveredWorkloads(named).map(({ workload }) => workload)).toEqual([rollouts]);
    const pods = policyOf({ resolutionRules: [{ targetResource: { resource: 'pods' } }] }, options);
    expect(pods.of(rollouts).covered).toBe(false);
    const group = policyOf({ resolutionRules: [{ targetResource: { ...target, resource: '*' } }] }, options);
    expect(group.of(rollouts).covered).toBe(true);
  });

  it('warns of one that is not configured, with what was meant', () => {
    const rules = (resource: object) => ({ resolutionRules: [{ targetResource: resource }] });
    expect(warningsOf(rules(target), options)).toEqual([]);
    expect(warningsOf(rules(target))).toMatchObject([{ code: 'ResourceNotVisited' }]);
    expect(warningsOf(rules({ ...target, resource: 'rollout' }), options)).toMatchObject([
      { code: 'ResourceNotVisited', suggestion: 'resource "rollouts" of group "argoproj.io"' },
    ]);
  });

  it('lists them for a wildcard in an execution rule', () => {
    const onResources = [{ ...target, resource: '*' }];
    const loaded = imagePolicy(document({ executionRules: [{ name: 'rule', onResources }] }), options);
    expect(loaded.ok ? [] : loaded.errors.map(({ message }) => message)).toEqual([
      'executionRules[0].onResources[0].resource: "*" matches no request in an execution rule; list the resources (of this group: "rollouts")',
    ]);
  });
});
