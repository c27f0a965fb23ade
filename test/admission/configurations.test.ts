import { describe, expect, it } from '@jest/globals';
import {
  type ConfigurationOptions,
  systemNamespaces,
  webhookConfigurations,
} from '../../src/admission/index.ts';
import { builtInKinds } from '../../src/workloads/index.ts';
import { around, type Setup } from './surroundings.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly operations: readonly string[];
  readonly resources: readonly string[];
  readonly scope: string;
}

interface Entry {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[];
  readonly clientConfig: object;
  readonly namespaceSelector: object;
  readonly matchPolicy: string;
  readonly reinvocationPolicy?: string;
}

interface Configuration {
  readonly kind: string;
  readonly metadata: object;
  readonly webhooks: readonly Entry[];
}

const service = { namespace: 'imagestreams', name: 'webhook' };

function made(setup: Setup = {}, options: Partial<ConfigurationOptions> = {}) {
  const { settings } = around(setup);
  const both = webhookConfigurations({ name: 'imagestreams', address: { service }, settings, ...options });
  return both as unknown as readonly [Configuration, Configuration];
}

/** `resource.group/version` of everything that is registered for. */
function registered({ webhooks }: Configuration): readonly string[] {
  return webhooks.flatMap(({ rules }) => rules.flatMap(matched)).sort();
}

function matched({ apiGroups, apiVersions, resources }: Rule): readonly string[] {
  return resources.flatMap((resource) =>
    apiGroups.flatMap((group) => apiVersions.map((version) => `${resource}.${group}/${version}`)),
  );
}

const conditionsOf = ({ matchConditions }: Entry) => matchConditions.map(({ name }) => name);
const expressionOf = (entry: Entry, name: string) =>
  entry.matchConditions.find((condition) => condition.name === name)?.expression ?? '';
const named = ({ webhooks }: Configuration, prefix: string) => {
  const found = webhooks.find(({ name }) => name.startsWith(`${prefix}.`));
  if (found === undefined) throw new Error(`no ${prefix} among ${webhooks.map(({ name }) => name)}`);
  return found;
};

const table = (kinds = builtInKinds) =>
  kinds.flatMap(({ resource, group, versions }) =>
    versions.map((version) => `${resource}.${group}/${version}`),
  );
const usual = table(builtInKinds.filter(({ byPolicyOnly }) => byPolicyOnly === undefined));
const ephemeral = 'pods/ephemeralcontainers./v1';
const streams = 'imagestreams.image.openshift.io/v1';
const streamStatus = 'imagestreams/status.image.openshift.io/v1';
const ofWorkloads = ({ webhooks }: Configuration) =>
  webhooks.filter(({ name }) => !name.endsWith('.streams.imagestreams.io'));

describe('the registration of the webhooks', () => {
  const [mutating, validating] = made();

  it('is one object of each kind', () => {
    const apiVersion = 'admissionregistration.k8s.io/v1';
    const metadata = { name: 'imagestreams' };
    expect(mutating).toMatchObject({ apiVersion, kind: 'MutatingWebhookConfiguration', metadata });
    expect(validating).toMatchObject({ apiVersion, kind: 'ValidatingWebhookConfiguration', metadata });
  });

  it('has every kind and version of the table, and ephemeral containers for names', () => {
    expect(registered(mutating)).toEqual([...usual, ephemeral, streams].sort());
    expect(registered(validating)).toEqual([...table(), streams, streamStatus].sort());
  });

  it.each([...mutating.webhooks, ...validating.webhooks].map((entry) => [entry.name, entry] as const))(
    '%s fails closed, has no side effects and is short',
    (_, entry) => {
      expect(entry).toMatchObject({
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        timeoutSeconds: 5,
        failurePolicy: 'Fail',
      });
      for (const { operations, scope } of entry.rules) {
        expect({ scope, operations }).toMatchObject({
          scope: 'Namespaced',
          operations: expect.arrayContaining(['UPDATE']),
        });
      }
    },
  );

  it('asks for another call after other webhooks only where something is changed', () => {
    expect(mutating.webhooks.map(({ reinvocationPolicy }) => reinvocationPolicy)).toEqual(
      mutating.webhooks.map(() => 'IfNeeded'),
    );
    expect(validating.webhooks.every((entry) => !('reinvocationPolicy' in entry))).toBe(true);
  });

  it('sees creates and updates, and of ephemeral containers updates', () => {
    for (const rule of [...mutating.webhooks, ...validating.webhooks].flatMap(({ rules }) => rules)) {
      const only = rule.resources.every((each) => each.includes('/')) ? ['UPDATE'] : ['CREATE', 'UPDATE'];
      expect(rule.operations).toEqual(only);
    }
  });

  it('has the conditions that keep away what cannot matter', () => {
    for (const entry of ofWorkloads(mutating))
      expect(conditionsOf(entry)).toEqual(['not-owned', 'changed', 'names-something']);
    for (const entry of ofWorkloads(validating)) {
      expect(conditionsOf(entry)).toEqual(['not-the-controller', 'not-owned', 'changed', 'has-triggers']);
      expect(expressionOf(entry, 'not-the-controller')).toBe(
        'request.operation != \'UPDATE\' || !(request.userInfo.username == "system:serviceaccount:imagestreams:imagestreams-controller")',
      );
    }
  });

  it('looks for names where the kind has its pod spec, guarded at every step', () => {
    const expression = expressionOf(named(mutating, 'cronjobs'), 'names-something');
    expect(expression).toContain(
      '(has(object.spec) && has(object.spec.jobTemplate) && has(object.spec.jobTemplate.spec) && has(object.spec.jobTemplate.spec.template) && has(object.spec.jobTemplate.spec.template.spec) && has(object.spec.jobTemplate.spec.template.spec.initContainers) && object.spec.jobTemplate.spec.template.spec.initContainers != null && object.spec.jobTemplate.spec.template.spec.initContainers.exists(entry, has(entry.image)',
    );
    expect(expressionOf(named(mutating, 'pods'), 'names-something')).toContain(
      'object.spec.ephemeralContainers.exists',
    );
    expect(expressionOf(named(mutating, 'templates'), 'names-something')).not.toContain(
      'ephemeralContainers',
    );
  });

  it('leaves out namespaces that the cluster needs to come up, and those it is told', () => {
    const [{ webhooks }] = made({}, { excludedNamespaces: ['imagestreams'] });
    expect(webhooks[0]?.namespaceSelector).toEqual({
      matchExpressions: [
        {
          key: 'kubernetes.io/metadata.name',
          operator: 'NotIn',
          values: [...systemNamespaces, 'imagestreams'],
        },
      ],
    });
    const [{ webhooks: onOpenShift }] = made({}, { excludeRunLevels: true });
    expect(onOpenShift[0]?.namespaceSelector).toEqual({
      matchExpressions: [
        expect.objectContaining({ key: 'kubernetes.io/metadata.name' }),
        { key: 'openshift.io/run-level', operator: 'NotIn', values: ['0', '1'] },
      ],
    });
  });
});

describe('the registration for image streams', () => {
  const all = made({ policyConfig: { resolutionRules: [] } }, { excludedNamespaces: ['imagestreams'] });
  const [mutating, validating] = all;
  const entries = all.flatMap(({ webhooks }) =>
    webhooks.filter(({ name }) => name.endsWith('.streams.imagestreams.io')),
  );

  it('is there whatever the policy, for the object in both phases and for its status in the second', () => {
    expect(mutating.webhooks.at(-1)?.name).toBe('imagestreams.streams.imagestreams.io');
    expect(mutating.webhooks.at(-1)?.rules.flatMap(matched)).toEqual([streams]);
    expect(entries.map(({ name }) => name)).toEqual([
      'imagestreams.streams.imagestreams.io',
      'imagestreams.streams.imagestreams.io',
      'imagestreams-status.streams.imagestreams.io',
    ]);
    expect(validating.webhooks.slice(-2).flatMap(({ rules }) => rules.flatMap(matched))).toEqual([
      streams,
      streamStatus,
    ]);
  });

  it('leaves the version of the controller alone', () => {
    expect(entries.map(({ matchPolicy }) => matchPolicy)).toEqual(['Exact', 'Exact', 'Exact']);
    expect(entries.flatMap(({ rules }) => rules.flatMap(({ apiVersions }) => apiVersions))).toEqual([
      'v1',
      'v1',
      'v1',
    ]);
  });

  it('never sees a deletion, and excludes the namespaces that the others do', () => {
    for (const { rules, namespaceSelector } of entries) {
      expect(rules.flatMap(({ operations }) => operations)).not.toContain('DELETE');
      expect(namespaceSelector).toEqual(validating.webhooks[0]?.namespaceSelector);
    }
  });

  it('sees no update that leaves alone what is reviewed', () => {
    const conditions = entries.map((entry) => expressionOf(entry, 'changed'));
    const spec =
      "request.operation != 'UPDATE' || has(object.spec) != has(oldObject.spec) || (has(object.spec) && object.spec != oldObject.spec)";
    expect(entries.map(conditionsOf)).toEqual([['changed'], ['changed'], ['changed']]);
    // annotations alone matter only when they are about to be too large
    expect(conditions[1]?.startsWith(`${spec} || ((`)).toBe(true);
    expect(conditions[1]).toMatch(
      /object\.metadata\.annotations != oldObject\.metadata\.annotations.* > 245760\)$/,
    );
    expect(conditions[0]?.startsWith(`${spec} || `)).toBe(true);
    for (const name of ['removed-tags', 'candidates', 'tags', 'updated']) {
      expect(conditions[0]).toContain(`object.metadata.annotations['imagestreams.io/${name}']`);
    }
    expect(conditions[2]).toBe(spec.replaceAll('spec', 'status'));
  });
});

describe('where the API server reaches the webhook', () => {
  it('is a service, with the path of each', () => {
    const [mutating, validating] = made({}, { address: { service: { ...service, port: 8443 } } });
    expect(mutating.webhooks[0]?.clientConfig).toEqual({
      service: { ...service, port: 8443, path: '/mutate' },
    });
    expect(validating.webhooks[0]?.clientConfig).toEqual({
      service: { ...service, port: 8443, path: '/validate' },
    });
  });

  it('is an address, with its CA in base64', () => {
    const [mutating] = made({}, { address: { url: 'https://127.0.0.1:8443' }, caBundle: 'PEM' });
    expect(mutating.webhooks[0]?.clientConfig).toEqual({
      url: 'https://127.0.0.1:8443/mutate',
      caBundle: 'UEVN',
    });
  });
});

describe('a policy that can refuse', () => {
  const noQuay = (onResources: readonly object[]) => ({
    executionRules: [{ name: 'quay', reject: true, matchRegistries: ['quay.io'], onResources }],
  });

  it('sees every image of the resources that its rules are on', () => {
    const [mutating, validating] = made({
      policyConfig: noQuay([{ group: 'apps', resource: 'deployments' }]),
    });
    const strict = named(mutating, 'templates-by-policy');
    expect(strict.rules.map(({ apiGroups, resources }) => [apiGroups, resources])).toEqual([
      [['apps'], ['deployments']],
    ]);
    expect(conditionsOf(strict)).toEqual(['not-owned', 'changed']);
    expect(conditionsOf(named(validating, 'templates-by-policy'))).toEqual(['not-owned', 'changed']);
    expect(conditionsOf(named(mutating, 'templates'))).toContain('names-something');
    expect(registered(mutating)).toEqual([...usual, ephemeral, streams].sort());
    expect(registered(validating)).toEqual([...table(), streams, streamStatus].sort());
  });

  it('sees ephemeral containers in both phases where it is on Pods', () => {
    const [mutating, validating] = made({ policyConfig: noQuay([{ resource: 'pods' }]) });
    expect(registered(mutating)).toContain(ephemeral);
    expect(registered(validating)).toContain(ephemeral);
  });

  it('sees a kind that only it names', () => {
    const [mutating] = made({ policyConfig: noQuay([{ resource: 'podtemplates' }]) });
    expect(registered(mutating)).toContain('podtemplates./v1');
  });

  it.each(['Required', 'RequiredRewrite'])('sees everything under %s', (resolveImages) => {
    const [mutating] = made({ policyConfig: { resolveImages } });
    expect(ofWorkloads(mutating).map(conditionsOf)).toEqual(
      ofWorkloads(mutating).map(() => ['not-owned', 'changed']),
    );
    expect(ofWorkloads(mutating).every(({ name }) => name.includes('-by-policy.'))).toBe(true);
  });

  it('exempts owned objects only where a listed controller writes them', () => {
    const controllerIdentities = ['system:serviceaccount:ops:*', 'it’s "me"\\'];
    const [mutating] = made({ policyConfig: noQuay([{ resource: 'pods' }]), controllerIdentities });
    expect(expressionOf(named(mutating, 'pods-by-policy'), 'not-owned')).toMatch(
      / \|\| !\(request\.userInfo\.username\.startsWith\("system:serviceaccount:ops:"\) \|\| request\.userInfo\.username == "it’s \\"me\\"\\\\"\)$/,
    );
    expect(expressionOf(named(mutating, 'templates'), 'not-owned')).not.toContain('userInfo');
  });
});

describe('names of entries', () => {
  it.each<[string, Setup]>([
    ['the default policy', {}],
    ['Required', { policyConfig: { resolveImages: 'Required' } }],
    [
      'rules on some resources',
      {
        policyConfig: {
          executionRules: [
            {
              name: 'x',
              onResources: [{ group: 'apps', resource: 'deployments' }, { resource: 'podtemplates' }],
            },
          ],
        },
      },
    ],
    [
      'resolution of one resource',
      { policyConfig: { resolutionRules: [{ targetResource: { group: 'apps', resource: 'deployments' } }] } },
    ],
    ['nothing resolved', { policyConfig: { resolutionRules: [] } }],
  ])('differ under %s, as the API server asks for', (_, setup) => {
    for (const { webhooks } of made(setup)) {
      const names = webhooks.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('are none for names where nothing is resolved', () => {
    const [mutating] = made({ policyConfig: { resolutionRules: [] } });
    expect(mutating.webhooks.filter(({ name }) => name.includes('.names.'))).toEqual([]);
  });
});

describe('the registration for triggers', () => {
  const triggers = ({ webhooks }: Configuration) =>
    webhooks.filter(({ name }) => name.includes('.triggers.'));
  const one = { group: 'apps', resource: 'deployments' };
  const some = made({ policyConfig: { resolutionRules: [{ targetResource: one }] } })[0];
  const none = made({ policyConfig: { resolutionRules: [] } })[0];

  it('is that for names where these are looked for', () => {
    expect(triggers(made()[0])).toEqual([]);
    for (const entry of ofWorkloads(made()[0])) {
      const expression = expressionOf(entry, 'names-something');
      expect(expression).toContain("'image.openshift.io/triggers' in object.metadata.annotations");
      expect(expression).toContain("'image.openshift.io/triggers' in oldObject.metadata.annotations");
    }
  });

  it.each([
    ['some kinds', some],
    ['all kinds', none],
  ])('is one of its own for %s of which the policy resolves no name', (_, mutating) => {
    expect(registered(mutating).filter((each) => each !== ephemeral)).toEqual([...usual, streams].sort());
    for (const entry of triggers(mutating)) {
      expect(conditionsOf(entry)).toEqual(['not-owned', 'changed', 'has-triggers']);
      expect(expressionOf(entry, 'has-triggers')).not.toContain('containers');
      expect(entry.rules.flatMap(({ resources }) => resources)).not.toContain('pods/ephemeralcontainers');
    }
  });

  it.each(['triggers', 'trigger-status', 'held', 'fire', 'release'])('sees every change of %s', (name) => {
    const key = name === 'triggers' ? 'image.openshift.io/triggers' : `imagestreams.io/${name}`;
    for (const entry of [...ofWorkloads(made()[0]), ...ofWorkloads(none)]) {
      expect(expressionOf(entry, 'changed')).toContain(`object.metadata.annotations['${key}']`);
    }
  });
});

describe('switches', () => {
  it('keep ephemeral containers out', () => {
    const [mutating] = made({ visit: { ephemeralContainers: false, imageVolumes: true } });
    expect(registered(mutating)).toEqual([...usual, streams].sort());
  });
});
