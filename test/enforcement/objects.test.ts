import { describe, expect, it } from '@jest/globals';
import { type EnforcementOptions, enforcementObjects, noExceptions } from '../../src/enforcement/index.ts';
import { builtInKinds, type WorkloadKind } from '../../src/workloads/index.ts';

const options: EnforcementOptions = {
  name: 'enforce',
  kinds: builtInKinds,
  unlabelled: 'none',
  exceptions: noExceptions,
  controllerIdentities: ['system:kube-controller-manager'],
};

interface Made {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly matchConditions?: readonly object[];
    readonly matchConstraints?: {
      readonly resourceRules: readonly { readonly resources: readonly string[] }[];
    };
    readonly matchResources?: { readonly namespaceSelector: object };
    readonly variables?: readonly { readonly name: string; readonly expression: string }[];
    readonly validationActions?: readonly string[];
  };
}

const made = (more: Partial<EnforcementOptions> = {}) =>
  enforcementObjects({ ...options, ...more }) as readonly Made[];
const policies = (objects: readonly Made[]) =>
  objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
const bindings = (objects: readonly Made[]) =>
  objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicyBinding');

describe('the policies', () => {
  it('are one for each place of the pod spec, and one for the label', () => {
    expect(policies(made()).map(({ metadata }) => metadata.name)).toEqual([
      'enforce-pods',
      'enforce-templates',
      'enforce-podtemplates',
      'enforce-cronjobs',
      'enforce-label',
    ]);
  });

  it('cover every kind of the table, and ephemeral containers', () => {
    const covered = policies(made()).flatMap(
      ({ spec }) => spec.matchConstraints?.resourceRules.flatMap(({ resources }) => resources) ?? [],
    );
    expect(new Set(covered)).toEqual(
      new Set([...builtInKinds.map(({ resource }) => resource), 'pods/ephemeralcontainers', 'namespaces']),
    );
  });

  it('look where a kind that was added has its pod spec', () => {
    const added: WorkloadKind = {
      group: 'example.com',
      resource: 'machines',
      kind: 'Machine',
      versions: ['v1'],
      podSpecPath: ['spec', 'workload', 'spec'],
      templateMetadataPath: ['spec', 'workload', 'metadata'],
    };
    const [policy] = policies(made({ kinds: [added] }));
    expect(policy?.metadata.name).toBe('enforce-machines');
    expect(policy?.spec.variables?.[0]?.expression).toContain('oldObject.spec.workload.spec.containers.map(');
    expect(policy?.spec.variables?.[2]?.expression).toContain('object.spec.workload.metadata.annotations[');
  });

  it('except users by condition, and nobody without exceptions', () => {
    const [plain] = policies(made());
    expect(plain?.spec.matchConditions).toBeUndefined();
    const [excepting] = policies(made({ exceptions: { ...noExceptions, users: ['robot-*', 'ci'] } }));
    expect(excepting?.spec.matchConditions).toEqual([
      {
        name: 'not-excepted',
        expression: '!(request.userInfo.username.startsWith("robot-") || request.userInfo.username == "ci")',
      },
    ]);
  });
});

describe('the bindings', () => {
  it.each([
    ['none', ['warn', 'audit', 'deny']],
    ['deny', ['warn', 'audit', 'deny', 'unlabelled']],
  ] as const)('with unlabelled namespaces %s', (unlabelled, names) => {
    const ofPods = bindings(made({ unlabelled }))
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.startsWith('enforce-pods-'));
    expect(ofPods).toEqual(names.map((name) => `enforce-pods-${name}`));
  });

  it('leave excepted namespaces out, whatever their label', () => {
    const exceptions = { ...noExceptions, namespaces: ['kube-system'] };
    for (const { spec } of bindings(made({ exceptions, unlabelled: 'deny' }))) {
      if (spec.matchResources === undefined) continue;
      expect(spec.matchResources.namespaceSelector).toMatchObject({
        matchExpressions: [
          {},
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] },
        ],
      });
    }
  });
});
