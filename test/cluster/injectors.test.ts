import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { injectorPolicy, SidecarInjector } from './injector.ts';
import { type InstalledWebhook, installWebhook } from './install.ts';
import { workloads } from './workloads.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const exact = `quay.io/example/app@${digest(1)}`;
const proxy = `quay.io/example/proxy@${digest(2)}`;
const label = 'test.imagestreams.io/injected';

let webhook: InstalledWebhook;
let injector: SidecarInjector;

beforeAll(async () => {
  webhook = await installWebhook(cluster, { name: 'injectors' });
  injector = await SidecarInjector.start('proxy:1');
});
afterAll(async () => {
  const kinds = 'mutatingwebhookconfiguration,mutatingadmissionpolicy,mutatingadmissionpolicybinding';
  await cluster.kubectl(['delete', kinds, 'zz-injector', '--ignore-not-found']);
  await injector?.close();
  await cluster.close();
});

async function injected(namespace: string, selector: string): Promise<string> {
  const path = 'jsonpath={.items[0].spec.containers[?(@.name=="proxy")].image}';
  const args = ['get', 'pods', '-n', namespace, '-l', selector, '-o', path];
  return (await cluster.kubectl(args)).stdout;
}

// ours is called "injectors", so this one comes after it
describe.each([
  ['a webhook', (labels: object) => [injector.registration('zz-injector', labels)]],
  ['a MutatingAdmissionPolicy', (labels: object) => injectorPolicy('zz-injector', 'proxy:1', labels)],
] as const)('a sidecar by a short name, from %s', (what, objects) => {
  let namespace = '';
  beforeAll(async () => {
    const labels = { [label]: what.replaceAll(' ', '-') };
    namespace = await cluster.namespace({ ...webhook.namespaceLabels, ...labels });
    await writeStream(cluster, namespace, 'proxy', { '1': proxy });
    await writeStream(cluster, namespace, 'app', { '1': exact });
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects(labels) });
    await cluster.kubectl(['apply', '--server-side', '--validate=strict', '-f', '-'], { input });
    await waitFor('the injector to be in force', async () => {
      const args = ['run', 'probe', '-n', namespace, `--image=${exact}`, '--dry-run=server', '-o', 'yaml'];
      return (await cluster.kubectl(args)).stdout.includes('name: proxy');
    });
  });

  it('is resolved in a Pod of its own, and so is what was there before', async () => {
    await cluster.kubectl(['run', 'alone', '-n', namespace, '--image=app:1']);
    expect(await injected(namespace, 'run=alone')).toBe(proxy);
    const path = 'jsonpath={.spec.containers[?(@.name=="alone")].image}';
    expect((await cluster.kubectl(['get', 'pod', 'alone', '-n', namespace, '-o', path])).stdout).toBe(exact);
  });

  it('stays as it is in the Pods of a Deployment, whose template it was never in', async () => {
    const input = JSON.stringify(workloads['Deployment']?.('web', { image: 'app:1' }));
    await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { input });
    await cluster.kubectl(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=60s']);
    expect(await injected(namespace, 'app=web')).toBe('proxy:1');
  });
});
