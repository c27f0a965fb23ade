import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { defaultSettings, webhookPermissions } from '../../../src/admission/index.ts';
import { digest, writeStream } from '../image-streams.ts';
import { TestCluster, waitFor } from '../index.ts';
import { startNodeAgent } from './index.ts';
import { projectProgram } from './project-image.ts';
import { memory, runningPods } from './running-pods.ts';
import { webhookManifests } from './webhook-manifests.fixture.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const name = 'webhook';
let namespace = '';

beforeAll(async () => {
  await startNodeAgent(cluster, { images: await projectProgram(cluster) });
  namespace = await cluster.namespace();
  const user = `system:serviceaccount:${namespace}:${name}`;
  await cluster.grant({ user, rules: webhookPermissions(defaultSettings) });
  await apply(await webhookManifests(name, namespace));
  await cluster.kubectl(['rollout', 'status', `deployment/${name}`, '-n', namespace, '--timeout=60s']);
});
afterAll(async () => {
  await cluster.kubectl(['delete', 'mutatingwebhookconfiguration,validatingwebhookconfiguration', name]);
  await cluster.close();
});

async function apply(objects: readonly object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(list) });
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
