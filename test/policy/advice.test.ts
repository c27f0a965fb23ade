import { describe, expect, it } from '@jest/globals';
import { imagePolicy } from '../../src/policy/index.ts';
import { document, placed, warningsOf } from './fixtures.ts';

const everyKind = [
  ...['pods', 'replicationcontrollers'].map((resource) => ({ group: '', resource })),
  ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map((resource) => ({
    group: 'apps',
    resource,
  })),
  ...['jobs', 'cronjobs'].map((resource) => ({ group: 'batch', resource })),
];
const rule = (fields: object) => ({ executionRules: [{ name: 'a', onResources: everyKind, ...fields }] });
const target = (group: string, resource: string) => ({
  resolutionRules: [{ targetResource: { group, resource } }],
});

describe('warnings about a policy', () => {
  it.each([
    ['every kind', everyKind, undefined],
    ['no pods', everyKind.slice(1, 3), undefined],
    [
      'pods alone',
      everyKind.slice(0, 1),
      '"replicationcontrollers", "deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps", "jobs.batch", "cronjobs.batch"',
    ],
    ['all but one', everyKind.slice(0, -1), '"cronjobs.batch"'],
  ])('tell of a rule on %s which kinds that make pods it leaves out', (_, onResources, missing) => {
    const warnings = warningsOf(rule({ onResources }));
    if (missing === undefined) expect(warnings).toEqual([]);
    else {
      expect(warnings).toMatchObject([{ code: 'PodMakersLeftOut', field: 'executionRules[0].onResources' }]);
      expect(warnings[0]?.message).toContain(`covers pods and not ${missing}; `);
    }
  });

  it.each([
    ['', 'pod', 'resource "pods" of group ""'],
    ['', 'deployments', 'resource "deployments" of group "apps"'],
    ['app', 'deployments', 'resource "deployments" of group "apps"'],
    ['extensions', 'deployment', 'resource "deployments" of group "extensions"'],
    ['apps', 'statefullsets', 'resource "statefulsets" of group "apps"'],
    ['', 'pods/ephemeralcontainers', 'resource "pods" of group ""'],
    ['batchs', '*', 'group "batch"'],
    ['build.openshift.io', 'builds', undefined],
    ['', 'nodes', undefined],
  ])('tell that group %j has no %j to look at', (group, resource, suggestion) => {
    const [warning, ...more] = warningsOf(target(group, resource));
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ code: 'ResourceNotVisited', field: 'resolutionRules[0].targetResource' });
    expect(warning?.suggestion).toBe(suggestion);
  });

  it.each([
    [
      'an execution rule on nodes',
      rule({ onResources: [{ resource: 'nodes' }] }),
      'ResourceNotVisited',
      '.onResources[0]',
    ],
    [
      'a path in a registry',
      rule({ matchRegistries: ['quay.io/org'] }),
      'RegistryNeverMatches',
      '.matchRegistries[0]',
    ],
    [
      'a scheme',
      rule({ matchRegistries: ['a.io', 'https://a.io'] }),
      'RegistryNeverMatches',
      '.matchRegistries[1]',
    ],
    ['a wildcard', rule({ matchRegistries: ['*.a.io'] }), 'RegistryNeverMatches', '.matchRegistries[0]'],
    ['a bare word', rule({ matchRegistries: ['quay'] }), 'RegistryNeverMatches', '.matchRegistries[0]'],
    [
      'one spelling of Docker Hub',
      rule({ reject: true, matchRegistries: ['docker.io'] }),
      'DockerHubSpelling',
      '.matchRegistries',
    ],
    [
      'it in an inverted allow rule',
      rule({ invertMatch: true, matchRegistries: ['docker.io'] }),
      'DockerHubSpelling',
      '.matchRegistries',
    ],
    [
      'no integrated registry',
      rule({ matchIntegratedRegistry: true }),
      'IntegratedRegistryUnset',
      '.matchIntegratedRegistry',
    ],
    ['nothing to invert', rule({ invertMatch: true }), 'RuleNeverMatches', ''],
    [
      'a key alone',
      rule({ matchImageAnnotations: [{ key: 'a' }] }),
      'MatchesAbsentKey',
      '.matchImageAnnotations[0]',
    ],
  ])('tell of %s', (_, fields, code, place) => {
    expect(warningsOf(fields).map(placed)).toEqual([`${code} executionRules[0]${place}`]);
  });

  it.each([
    ['the empty registry', rule({ reject: true, matchRegistries: [''] })],
    ['hosts and ports', rule({ matchRegistries: ['quay.io', 'localhost', 'localhost:5000', 'a:80'] })],
    [
      'every spelling of Docker Hub',
      rule({ reject: true, matchRegistries: ['', 'docker.io', 'index.docker.io'] }),
    ],
    ['one spelling that is allowed', rule({ matchRegistries: ['docker.io'] })],
    ['built-in rules of resources that are not looked at', {}],
    ['a whole group', target('apps', '*')],
  ])('do not mind %s', (_, fields) => {
    expect(warningsOf(fields)).toEqual([]);
  });

  it.each([
    ['Attempt', 'Required', ['RequiredOnlyGlobally resolutionRules[0].policy']],
    ['DoNotAttempt', 'RequiredRewrite', ['RequiredOnlyGlobally resolutionRules[0].policy']],
    ['Required', 'RequiredRewrite', []],
    ['Attempt', 'AttemptRewrite', []],
  ])('under %s tell that a rule cannot require by itself: %s', (resolveImages, policy, expected) => {
    const fields = { resolveImages, resolutionRules: [{ policy, targetResource: { resource: 'pods' } }] };
    expect(warningsOf(fields).map(placed)).toEqual(expected);
  });

  it.each([
    [{}, 'this rule matches no image'],
    [{ invertMatch: true }, 'this inverted rule matches every image'],
    [{ skipOnResolutionFailure: true }, 'this rule is always left out'],
  ])('tell what becomes of %j where no metadata are collected', (fields, effect) => {
    const loaded = imagePolicy(document(rule({ matchImageLabels: [{}], ...fields })));
    expect(loaded.ok && loaded.warnings.map((warning) => warning.message)).toEqual([
      `executionRules[0].matchImageLabels: labels and annotations of images are not known here, so ${effect}`,
    ]);
  });

  it('say how to refuse all of Docker Hub', () => {
    const [warning] = warningsOf(rule({ reject: true, matchRegistries: ['index.docker.io'] }));
    expect(warning?.message).toBe(
      'executionRules[0].matchRegistries: Docker Hub is also written "docker.io" and without a registry, ' +
        'and registries are compared exactly; add "docker.io" and "" to refuse it',
    );
  });
});
