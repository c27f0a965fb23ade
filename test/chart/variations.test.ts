import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import { TestCluster } from '../cluster/index.ts';
import { installForeignKinds } from './definitions.ts';
import { helm } from './helm.ts';
import { chart, release } from './installed-chart.ts';
import { rendered } from './rendered.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
let namespace = '';
beforeAll(async () => {
  [namespace] = await Promise.all([cluster.namespace(), installForeignKinds(cluster)]);
  // no Pod is looked at without its account
  await cluster.kubectl(['create', 'serviceaccount', 'imagestreams-check', '-n', namespace]);
});
afterAll(() => cluster.close());

const variations: readonly (readonly [string, object])[] = [
  ['as it comes', {}],
  ['autoscaled, in the network of nodes', { webhook: { autoscaling: { enabled: true }, hostNetwork: true } }],
  ['with a policy and other kinds', { policy: { resolveImages: 'Required' }, workloadKinds: [rollouts()] }],
  ['on OpenShift', { platform: 'openshift' }],
  ['with a certificate of somebody else', { certificates: { issuer: 'secret', secretName: 'mine' } }],
  ['with mirrors and credentials', registries()],
  ['with pull secrets of some namespaces', pullSecrets()],
  ['with all of monitoring', monitoring()],
  ['for clients of authorities in a ConfigMap', { webhook: { clientAuthority: { configMapName: 'ca' } } }],
  [
    'for clients of authorities in a Secret',
    { webhook: { clientAuthority: { secretName: 'ca', names: ['api'] } } },
  ],
  ['behind NetworkPolicies', { networkPolicy: { enabled: true } }],
  ['behind NetworkPolicies that name all', networkPolicy()],
  ['with an object of its own', { extraObjects: [configMap(), JSON.stringify(configMap())] }],
  ['with a test that asks a registry', { check: { import: 'quay.io/example/app:1' } }],
  ['with traces', { tracing: { endpoint: 'http://collector.tracing:4318', samplingPerMillion: 1000 } }],
  ['with enforcement', enforcement()],
  ['with previews', { preview: { enabled: true, audiences: ['imagestreams'] } }],
  ['with previews and two certificates of somebody else', certificates()],
  ['without what is optional', without()],
  ['with lists and objects taken away', takenAway()],
];

describe('the chart', () => {
  it.each(variations)('%s is without a finding of helm lint', async (_, values) => {
    await helm(cluster, ['lint', '--strict', '--quiet', chart, '-n', release], { values });
  });

  it.each(variations)('%s is taken by the API server', async (_, values) => {
    const objects = await rendered(cluster, values);
    // its namespaces are not there, and what is in them can be looked at in another
    const items = JSON.parse(
      JSON.stringify(objects).replace(/"namespace":"imagestreams(-check)?"/g, `"namespace":"${namespace}"`),
    );
    const list = { apiVersion: 'v1', kind: 'List', items };
    const args = ['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'];
    await cluster.kubectl([...args, '-f', '-'], { input: JSON.stringify(list) });
  });
});

function rollouts(): object {
  return {
    group: 'argoproj.io',
    versions: ['v1alpha1'],
    resource: 'rollouts',
    kind: 'Rollout',
    templatePath: 'spec.template',
  };
}

function registries(): object {
  return {
    controller: {
      mirrors: [{ source: 'quay.io', mirrors: [{ location: 'mirror.example.com' }] }],
      credentials: { secretName: 'registry', namespaces: ['*'] },
      registryCA: { configMapName: 'authorities' },
    },
  };
}

function pullSecrets(): object {
  return { controller: { pullSecrets: { from: 'namespaces', namespaces: ['default'] } } };
}

function networkPolicy(): object {
  const peer = { namespaceSelector: { matchLabels: { name: 'monitoring' } } };
  return {
    networkPolicy: {
      enabled: true,
      apiServer: { addresses: ['192.0.2.0/24', '2001:db8::/32'], ports: [6443] },
      telemetry: { from: [peer] },
      dns: { to: [peer], ports: [53, 5353] },
      registries: { addresses: ['198.51.100.0/24'], ports: [443, 5000] },
      extraIngress: [{ from: [peer] }],
      extraEgress: [{ to: [peer] }],
    },
  };
}

function monitoring(): object {
  const labels = { release: 'monitoring' };
  const relabelings = [{ action: 'labeldrop', regex: 'pod' }];
  return {
    monitoring: {
      serviceMonitor: {
        ...{ enabled: true, labels, interval: '30s', scrapeTimeout: '10s' },
        ...{ relabelings, metricRelabelings: relabelings },
      },
      prometheusRule: { enabled: true, labels, alertLabels: { team: 'platform' } },
      dashboard: { enabled: true, annotations: { grafana_folder: 'Platform' } },
    },
  };
}

function configMap(): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'extra', namespace: release } };
}

function enforcement(): object {
  const exceptions = { imagePrefixes: ['mirror.example/'], namespaces: ['ci'], users: ['robot-*'] };
  return { enforcement: { enabled: true, unlabelled: 'warn', exceptions }, workloadKinds: [rollouts()] };
}

function certificates(): object {
  return {
    certificates: { issuer: 'secret', secretName: 'mine', caBundle: 'PEM' },
    preview: { enabled: true, secretName: 'previews' },
  };
}

function without(): object {
  return {
    crds: { enabled: false },
    rbac: { aggregate: false },
    controller: { triggers: false, podDisruptionBudget: { enabled: false } },
    webhook: { podDisruptionBudget: { enabled: false } },
  };
}

/** As people do to be rid of a default; values that are needed are refused instead. */
function takenAway(): object {
  const pods = {
    resources: null,
    priorityClassName: null,
    affinity: null,
    nodeSelector: null,
    extraEnv: null,
  };
  const placed = { ...pods, topologySpreadConstraints: null, tolerations: null };
  return {
    ...{ policy: null, workloadKinds: null, controllerIdentities: null, extraEnv: null, extraObjects: null },
    imageStreams: { allowedRegistries: null },
    webhook: { ...placed, excludedNamespaces: null },
    controller: { ...placed, mirrors: null, denyAddresses: null },
  };
}
