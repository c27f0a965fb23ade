import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { defaultSettings, webhookConfigurations, webhookPermissions } from '../../../src/admission/index.ts';
import { issueAuthority, issueCertificate } from '../../../src/tls/index.ts';
import { digest, writeStream } from '../image-streams.ts';
import { TestCluster, waitFor } from '../index.ts';
import { startNodeAgent } from './index.ts';
import { placement } from './pod-manifests.fixture.ts';
import { projectImage, projectProgram } from './project-image.ts';
import { memory, runningPods } from './running-pods.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const name = 'webhook';
let namespace = '';

beforeAll(async () => {
  await startNodeAgent(cluster, { images: await projectProgram(cluster) });
  namespace = await cluster.namespace();
  const user = `system:serviceaccount:${namespace}:${name}`;
  await cluster.grant({ user, rules: webhookPermissions(defaultSettings) });
  await apply(await webhook());
  await cluster.kubectl(['rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=60s']);
});
afterAll(async () => {
  await cluster.kubectl([
    'delete',
    'mutatingwebhookconfiguration,validatingwebhookconfiguration',
    'by-service',
  ]);
  await cluster.close();
});

async function apply(objects: readonly object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(list) });
}

async function webhook(): Promise<readonly object[]> {
  const validity = { notBefore: new Date(Date.now() - 3_600_000), days: 1 };
  const authority = await issueAuthority({ commonName: 'test', ...validity });
  const dnsNames = [`${name}.${namespace}.svc`];
  const pair = await issueCertificate(authority, {
    commonName: name,
    dnsNames,
    usages: ['server'],
    ...validity,
  });
  const metadata = { name, namespace };
  const labels = { app: name };
  const container = {
    name,
    image: `${projectImage}:1`,
    args: [
      ...['webhook', '--host=$(POD_IP)', '--telemetry-host=$(POD_IP)'],
      ...['--certificate-directory=/etc/tls', '--drain-seconds=1'],
    ],
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    ports: [
      { name: 'https', containerPort: 8443 },
      { name: 'telemetry', containerPort: 8080 },
    ],
    readinessProbe: { httpGet: { path: '/readyz', port: 'telemetry' }, periodSeconds: 1 },
    livenessProbe: { httpGet: { path: '/livez', port: 'telemetry' } },
    lifecycle: { preStop: { sleep: { seconds: 1 } } },
    volumeMounts: [{ name: 'tls', mountPath: '/etc/tls' }],
    securityContext: { readOnlyRootFilesystem: true },
  };
  const volumes = [{ name: 'tls', secret: { secretName: name } }];
  const spec = { ...placement, serviceAccountName: name, containers: [container], volumes };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': pair.certificate, 'tls.key': pair.key },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: labels, ports: [{ port: 443, targetPort: 'https' }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        strategy: { rollingUpdate: { maxUnavailable: 0 } },
        template: { metadata: { labels }, spec },
      },
    },
    ...webhookConfigurations({
      name: 'by-service',
      address: { service: { namespace, name } },
      caBundle: authority.certificate,
      settings: defaultSettings,
      excludedNamespaces: [namespace, 'kube-system'],
    }),
  ];
}

/** Has the API server admit a pod that names a stream; gives its image. */
async function admitted(where: string): Promise<string> {
  const spec = { containers: [{ name: 'main', image: 'app:1' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe' }, spec };
  const path = 'jsonpath={.spec.containers[0].image}';
  const args = ['create', '--dry-run=server', '-n', where, '-o', path, '-f', '-'];
  return (await cluster.kubectl(args, { input: JSON.stringify(pod) })).stdout;
}

describe('a webhook that is registered by Service', () => {
  const image = `quay.io/example/app@${digest(1)}`;
  let project = '';

  it('is reached by the API server', async () => {
    project = await cluster.namespace();
    await writeStream(cluster, project, 'app', { '1': image });
    await waitFor('the stream to be known', () => admitted(project), { until: (seen) => seen === image });
    const pods = await runningPods(cluster, namespace);
    const metrics = await Promise.all(
      pods.map(async ({ address }) => (await fetch(`http://${address}:8080/metrics`)).text()),
    );
    expect(metrics.filter((text) => /reviews_total\{.*kind="Pod"\} [1-9]/.test(text))).not.toHaveLength(0);
    for (const { pid } of pods) expect(memory(pid).rss).toBeGreaterThan(10);
  });

  it('fails no review while it is restarted', async () => {
    let rolling = true;
    const load = (async () => {
      let count = 0;
      for (; rolling; count += 1) expect(await admitted(project)).toBe(image);
      return count;
    })();
    try {
      await cluster.kubectl(['rollout', 'restart', `deployment/${name}`, '-n', namespace]);
      await cluster.kubectl(['rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=60s']);
    } finally {
      rolling = false;
    }
    expect(await load).toBeGreaterThan(0);
  });
});
