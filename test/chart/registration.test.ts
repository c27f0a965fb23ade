import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { defaultSettings, webhookConfigurations } from '../../src/admission/index.ts';
import { imagePolicy } from '../../src/policy/index.ts';
import { workloadTable } from '../../src/workloads/index.ts';
import { TestCluster } from '../cluster/index.ts';
import { rendered } from './rendered.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

const workloadKinds = [
  {
    group: 'argoproj.io',
    versions: ['v1alpha1'],
    resource: 'rollouts',
    kind: 'Rollout',
    templatePath: 'spec.template',
  },
  {
    group: 'example.com',
    versions: ['v1', 'v2'],
    resource: 'things',
    kind: 'Thing',
    templatePath: 'spec.inner.podTemplate',
  },
];

const rule = (group: string, resource: string) => ({
  name: 'any',
  onResources: [{ group, resource }],
  matchRegistries: ['example.com'],
  reject: true,
});

const variations: readonly (readonly [string, Values])[] = [
  ['as it comes', {}],
  ['with a policy about all pods', { policy: { executionRules: [rule('', 'pods')] } }],
  ['with a policy about Deployments', { policy: { executionRules: [rule('apps', 'deployments')] } }],
  ['with a policy that resolves nothing', { policy: { resolutionRules: [] } }],
  ['without ephemeral containers', { ephemeralContainers: false }],
  ['with other kinds', { workloadKinds }],
  [
    'with other kinds that a policy is about',
    { workloadKinds, policy: { executionRules: [rule('example.com', 'things')] } },
  ],
];

describe('the registration', () => {
  it.each(variations)('%s is what the program itself would register', async (_, values) => {
    const shown = (await registered(values)).map(({ kind, webhooks }) => ({
      kind,
      webhooks: webhooks.filter(({ rules }) => rules !== undefined),
    }));
    expect(shown).toEqual(own(values));
  });

  // an entry that comes anew has no caBundle until the controller has seen it
  it('has entries of the same names with any policy, of which some get nothing', async () => {
    const names = async (values: Values) =>
      (await registered({ ...values, workloadKinds })).map(({ webhooks }) =>
        webhooks.map(({ name }) => name).sort(),
      );
    const expected = await names({});
    for (const [, values] of variations) expect(await names(values)).toEqual(expected);
    for (const each of expected) expect(new Set(each).size).toBe(each.length);
  });
});

async function registered(values: Values): Promise<readonly Configuration[]> {
  const documents = await rendered(cluster, values);
  return documents
    .filter(({ kind }) => String(kind).endsWith('WebhookConfiguration'))
    .map(({ kind, webhooks }) => ({ kind, webhooks }) as Configuration);
}

interface Values {
  readonly policy?: object;
  readonly workloadKinds?: readonly object[];
  readonly ephemeralContainers?: boolean;
}

function own({ policy = {}, workloadKinds: kinds, ephemeralContainers = true }: Values): readonly object[] {
  const loadedKinds = workloadTable({ kinds: kinds ?? [] });
  if (!loadedKinds.ok) throw new Error(loadedKinds.errors.map(({ message }) => message).join('\n'));
  const { workloads } = loadedKinds;
  const loaded = imagePolicy(
    { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig', ...policy },
    { workloads },
  );
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'));
  return webhookConfigurations({
    name: 'imagestreams',
    address: { service: { namespace: 'imagestreams', name: 'imagestreams-webhook' } },
    settings: {
      ...defaultSettings,
      policy: loaded.policy,
      visit: { ...defaultSettings.visit, ephemeralContainers },
    },
    excludedNamespaces: ['imagestreams'],
  }).map((configuration) => {
    const copy = parse(stringify(configuration, { aliasDuplicateObjects: false })) as Configuration;
    return { kind: copy.kind, webhooks: copy.webhooks };
  });
}

interface Configuration {
  readonly kind: string;
  readonly webhooks: readonly { readonly name: string; readonly rules?: object }[];
}
