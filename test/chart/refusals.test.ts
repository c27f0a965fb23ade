import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { imagePolicy } from '../../src/policy/index.ts';
import { workloadTable } from '../../src/workloads/index.ts';
import { TestCluster } from '../cluster/index.ts';
import { helm } from './helm.ts';
import { chart, release } from './installed-chart.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

/** What helm says to values that cannot be used. */
async function refusal(values: object): Promise<string> {
  const { code, stderr } = await helm(cluster, ['template', release, chart, '-n', release], {
    values,
    allowFailure: true,
  });
  expect(code).not.toBe(0);
  // what helm says besides of its own run; and it goes through a schema in any order
  const lines = stderr
    .split('\n')
    .filter((line) => line !== '' && !/^level=|^Use --debug|validation failed$/.test(line));
  const isFinding = (line: string) => /^ *- /.test(line);
  const findings = lines.filter(isFinding).map((line) => line.trim());
  return [...lines.filter((line) => !isFinding(line)), ...findings.sort()].join('\n');
}

const policy = {
  resolveImages: 'DoNotAttempt',
  executionRules: [
    { onResources: [{ group: 'apps', resource: '*' }], matchImageLabels: [{ matchLabels: { a: 'b' } }] },
    { matchImageAnnotations: [{ key: 'a', set: true, value: 'b' }] },
    { name: 'twice' },
    { name: 'twice', onResources: [{ group: 'example.com', resource: '*' }] },
  ],
};

const kind = {
  group: 'argoproj.io',
  versions: ['v1alpha1'],
  resource: 'rollouts',
  kind: 'Rollout',
  templatePath: 'spec.template',
};

const workloadKinds = [
  kind,
  kind,
  { ...kind, group: 'apps', resource: 'deployments', kind: 'Deployment' },
  { ...kind, group: 'image.openshift.io' },
  { ...kind, group: 'argoproj', resource: 'Rollouts', kind: 'roll out', versions: ['argoproj.io/v1'] },
  { ...kind, resource: 'none', kind: 'None', versions: [] },
  { ...kind, resource: 'others', kind: 'Other', templatePath: '.spec.template' },
  { ...kind, resource: 'more', kind: 'More', templatePath: 'spec.template.spec' },
];

const cases: readonly (readonly [string, object])[] = [
  ['names that there are not', { webhok: {}, webhook: { replica: 3 }, image: { version: '1' } }],
  ['values of another type', types()],
  [
    'other words',
    {
      enforcement: { unlabelled: false },
      platform: 'eks',
      logLevel: 'verbose',
      webhook: { failurePolicy: 'fail' },
    },
  ],
  ['numbers out of bounds', { webhook: { port: 0, timeoutSeconds: 60 }, controller: { maxHistory: 0 } }],
  ['defaults that are taken away', { webhook: null, controller: { replicas: null, importInterval: null } }],
  [
    'a policy of another form',
    { policy: { resolveImages: 'required', executionRules: [{ matchRegistry: 'a' }] } },
  ],
  ['a kind of another form', { workloadKinds: [{ group: 'argoproj.io', version: 'v1' }] }],
  [
    'mirrors of another form',
    { controller: { mirrors: [{ source: 'quay.io', mirrors: [{ insecure: true }] }] } },
  ],
  ['images and registries', registries()],
  ['the webhook', webhook()],
  ['networks and clients', network()],
  ['clients of two authorities', { webhook: { clientAuthority: { configMapName: 'a', secretName: 'b' } } }],
  ['durations', durations()],
  ['certificates', certificates()],
  ['an authority that lives too briefly', { certificates: { authorityLifetime: '2161h' } }],
  ['an authority that somebody else fills in', { certificates: { caBundle: 'PEM' } }],
  ['previews', { preview: { enabled: true, port: 8080 }, controller: { triggers: false } }],
  ['previews on OpenShift', { preview: { enabled: true }, platform: 'openshift' }],
  ['exceptions of the enforcement', exceptions()],
  ['a policy that contradicts itself', { policy }],
  ['kinds that cannot be', { workloadKinds }],
];

/** Written anew, for a person to read, by a run with UPDATE_GOLDEN set. */
const golden = join(import.meta.dirname, 'refusals.golden');

describe('what helm says to values that cannot be used', () => {
  it('is what refusals.golden says', async () => {
    const said: string[] = [];
    for (const [title, values] of cases) said.push(`# ${title}\n${await refusal(values)}\n`);
    const text = said.join('\n');
    if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  it('is what the program would say of a policy', async () => {
    const loaded = imagePolicy({ apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig', ...policy });
    const errors = loaded.ok ? [] : loaded.errors;
    expect(errors.length).toBeGreaterThan(5);
    const sentences = (await refusal({ policy })).split('\n').filter((line) => line.startsWith('- '));
    expect(sentences.sort()).toEqual(errors.map(({ message }) => `- policy.${message}`).sort());
  });

  it('concerns the same fields of kinds as what the program would say', async () => {
    const loaded = workloadTable({ kinds: workloadKinds });
    const errors = loaded.ok ? [] : loaded.errors;
    expect(errors.length).toBeGreaterThan(8);
    const fields = Array.from(
      (await refusal({ workloadKinds })).matchAll(/^- workloadK(.*?): /gm),
      ([, at]) => `k${at}`,
    );
    expect(fields.sort()).toEqual(errors.map(({ field }) => field).sort());
  });
});

function types(): object {
  return {
    image: { tag: 20 },
    commonLabels: { team: 5 },
    webhook: { replicas: 'two', nodeSelector: { worker: true }, autoscaling: true },
    controller: { denyAddresses: '10.0.0.0/8' },
    extraObjects: [1],
  };
}

function registries(): object {
  return {
    fullnameOverride: 'Image Streams',
    image: { registry: 'https://quay.io', repository: 'quay.io/example/app:1' },
    imageStreams: { allowedRegistries: ['https://quay.io'], allowedInsecureRegistries: ['host/path'] },
    controller: {
      allowAddresses: ['localhost', '127.0.0.1'],
      denyAddresses: ['10.0.0.0/8', 'fd00::/8', '10.0.0.0-10.0.0.9'],
      mirrors: [
        { source: 'https://quay.io', mirrors: ['mirror.example.com/a', { location: 'http://mirror' }] },
      ],
      credentials: { secretName: 'registry' },
      pullSecrets: { from: 'namespaces' },
    },
  };
}

function network(): object {
  return {
    webhook: { clientAuthority: { names: ['kube-apiserver'] } },
    networkPolicy: {
      enabled: true,
      apiServer: { addresses: ['10.0.0.1', '192.0.2.0/24', 'kubernetes.default.svc'], ports: [] },
      registries: { addresses: ['2001:db8::/32', 'quay.io/32'] },
      dns: { ports: [] },
    },
  };
}

function webhook(): object {
  return {
    webhook: {
      ...{ hostNetwork: true, port: 10250, telemetryPort: 10250 },
      autoscaling: { enabled: true, minReplicas: 6 },
      resources: { requests: { cpu: null } },
      podDisruptionBudget: { maxUnavailable: 'half' },
      excludedNamespaces: ['team-*', 'team-a'],
    },
    monitoring: { serviceMonitor: { interval: '10s', scrapeTimeout: '1m' } },
  };
}

function durations(): object {
  return {
    imageStreams: { minimumImportInterval: '90' },
    controller: { importInterval: '1d' },
    certificates: { trustDelay: '100ms', certificateLifetime: '90 days', certManager: { duration: '2160' } },
  };
}

function exceptions(): object {
  const given = { imagePrefixes: ['', 'mirror.example/'], users: ['*', 'robot-*'], namespaces: ['team-*'] };
  return { enforcement: { exceptions: given } };
}

function certificates(): object {
  return {
    certificates: {
      ...{ issuer: 'secret', certificateLifetime: '3m59s' },
      certManager: { issuerRef: { kind: 'ClusterIssuer' } },
    },
    controller: { credentials: { namespaces: ['*'] }, pullSecrets: { namespaces: ['default'] } },
  };
}
