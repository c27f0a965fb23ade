import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster } from './index.ts';
import { type InstalledWebhook, installWebhook } from './install.ts';
import { workloads } from './workloads.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const exact = `quay.io/keycloak/keycloak@${digest(1)}`;
let webhook: InstalledWebhook;
let namespace = '';

beforeAll(async () => {
  webhook = await installWebhook(cluster, { name: 'outage' });
  namespace = await cluster.namespace(webhook.namespaceLabels);
  await writeStream(cluster, namespace, 'keycloak', { '20': exact });
  const input = JSON.stringify(workloads['Deployment']?.('named', { image: 'keycloak:20' }));
  await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { input });
  await cluster.kubectl(['rollout', 'status', 'deployment/named', '-n', namespace, '--timeout=60s']);
  expect(await webhook.process.stop()).toBe('exit code 0');
});
afterAll(() => cluster.close());

function kubectl(args: readonly string[], manifest?: object) {
  const input = manifest === undefined ? {} : { input: JSON.stringify(manifest) };
  return cluster.kubectl([...args, '-n', namespace], input);
}

describe('while the webhook is down', () => {
  it('workloads without names of streams are created and roll out', async () => {
    await kubectl(['create', '-f', '-'], workloads['Deployment']?.('exact', { image: exact, replicas: 2 }));
    await kubectl(['rollout', 'status', 'deployment/exact', '--timeout=60s']);
  });

  it('what was resolved before is scaled, labelled, restarted by its controllers and deleted in the foreground', async () => {
    await kubectl(['scale', 'deployment/named', '--replicas=3']);
    await kubectl(['label', 'deployment', 'named', 'some=label']);
    await kubectl(['delete', 'pods', '-l', 'app=named']);
    await kubectl(['rollout', 'status', 'deployment/named', '--timeout=60s']);
    await kubectl(['delete', 'deployment/named', '--cascade=foreground', '--timeout=60s']);
  });

  it('a name is refused rather than run as something else', async () => {
    const { code, stderr } = await cluster.kubectl(['create', '-n', namespace, '-f', '-'], {
      input: JSON.stringify(workloads['Deployment']?.('lost', { image: 'keycloak:20' })),
      allowFailure: true,
    });
    expect(code).not.toBe(0);
    expect(stderr).toContain('failed calling webhook');
  });
});
