import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { type EnforcementOptions, enforcementObjects } from '../../src/enforcement/index.ts';
import { builtInKinds, workloadTable } from '../../src/workloads/index.ts';
import { TestCluster } from '../cluster/index.ts';
import { type Rendered, rendered } from './rendered.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

const controllerIdentities = ['system:serviceaccount:kube-system:*', 'system:kube-controller-manager'];
const ownNamespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'imagestreams'];

const workloadKinds = [
  kind('argoproj.io', 'Rollout', 'spec.template'),
  kind('example.com', 'Thing', 'spec.inner.podTemplate'),
  kind('example.org', 'Other', 'spec.inner.podTemplate'),
  kind('example.net', 'Holder', 'template'),
];

interface OptionSet {
  /** Values of the chart, without what switches the enforcement on. */
  readonly values: { readonly enforcement?: object } & Readonly<Record<string, unknown>>;
  readonly options?: Partial<EnforcementOptions>;
}

const sets: readonly (readonly [string, OptionSet])[] = [
  ['as it comes', { values: {} }],
  ['of unlabelled namespaces, warned', { values: unlabelled('warn'), options: { unlabelled: 'warn' } }],
  ['of unlabelled namespaces, recorded', { values: unlabelled('audit'), options: { unlabelled: 'audit' } }],
  ['of unlabelled namespaces, refused', { values: unlabelled('deny'), options: { unlabelled: 'deny' } }],
  [
    'with exceptions',
    exceptions({
      imagePrefixes: ['mirror.example/base/', 'quay.io/"quoted"/{{ name }}/'],
      namespaces: ['ci', 'kube-system'],
      users: ['system:serviceaccount:ci:runner', 'robot-*'],
    }),
  ],
  ['with an excepted image alone', exceptions({ imagePrefixes: ['mirror.example/'] })],
  ['with an excepted user alone', exceptions({ users: ['robot'] })],
  ['with other kinds', { values: { workloadKinds }, options: { kinds: kindsWith(workloadKinds) } }],
  [
    'where nobody makes pods',
    { values: { controllerIdentities: [] }, options: { controllerIdentities: [] } },
  ],
  ['of another name', { values: { fullnameOverride: 'streams' }, options: { name: 'streams-enforce' } }],
];

describe('the enforcement', () => {
  it.each(sets)('%s is what the program itself would make', async (_, { values, options = {} }) => {
    const enforcement = { ...values.enforcement, enabled: true };
    const documents = await rendered(cluster, { ...values, enforcement });
    const objects = enforcementObjects({
      ...{ name: 'imagestreams-enforce', kinds: builtInKinds, unlabelled: 'none', controllerIdentities },
      exceptions: { imagePrefixes: [], namespaces: ownNamespaces, users: [] },
      ...options,
    });
    expect(byName(documents.filter(isEnforcement).map(withoutLabels))).toEqual(byName(objects));
  });

  it('gives nobody the permission to break the glass', async () => {
    const documents = await rendered(cluster, { enforcement: { enabled: true } });
    const bindings = documents.filter(({ kind: of }) => String(of).endsWith('RoleBinding'));
    expect(bindings.length).toBeGreaterThan(0);
    expect(JSON.stringify(bindings)).not.toContain('break-glass');
  });

  it('is not there unless it is asked for', async () => {
    expect((await rendered(cluster, {})).filter(isEnforcement)).toEqual([]);
  });
});

function kind(group: string, name: string, templatePath: string) {
  return { group, versions: ['v1', 'v2'], resource: `${name.toLowerCase()}s`, kind: name, templatePath };
}

function kindsWith(kinds: readonly object[]) {
  const loaded = workloadTable({ kinds });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return loaded.workloads.kinds;
}

function unlabelled(mode: string): OptionSet['values'] {
  return { enforcement: { unlabelled: mode } };
}

function exceptions(given: Partial<EnforcementOptions['exceptions']>): OptionSet {
  const none = { imagePrefixes: [], users: [] };
  const namespaces = [...new Set([...ownNamespaces, ...(given.namespaces ?? [])])];
  return {
    values: { enforcement: { exceptions: given } },
    options: { exceptions: { ...none, ...given, namespaces } },
  };
}

function isEnforcement({ metadata }: Rendered): boolean {
  return nameOf(metadata).includes('-enforce-');
}

function withoutLabels(document: Rendered): object {
  return { ...document, metadata: { name: nameOf(document['metadata']) } };
}

function nameOf(metadata: unknown): string {
  return (metadata as { readonly name: string }).name;
}

/** Helm writes kinds in an order of its own. */
function byName(objects: readonly object[]): object {
  return Object.fromEntries(
    objects.map((object) => {
      const { kind: of, metadata } = object as Rendered;
      return [`${of} ${nameOf(metadata)}`, object];
    }),
  );
}
