import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster } from './index.ts';
import { type InstalledWebhook, installWebhook } from './install.ts';
import { triggerAnnotation, type WorkloadParts, workloads } from './workloads.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const exact = `quay.io/keycloak/keycloak@${digest(1)}`;
let webhook: InstalledWebhook;
let namespace = '';

beforeAll(async () => {
  webhook = await installWebhook(cluster, { name: 'calls' });
  namespace = await cluster.namespace(webhook.namespaceLabels);
  await writeStream(cluster, namespace, 'keycloak', { '20': exact });
});
afterAll(() => cluster.close());

/** Calls that arrive while `work` is done, `webhook kind` → number. */
async function callsOf(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const before = await webhook.reviews();
  await work();
  const calls: Record<string, number> = {};
  for (const [key, count] of await webhook.reviews()) {
    const [name = '', , kind = ''] = key.split(' ');
    const more = count - (before.get(key) ?? 0);
    if (more > 0) calls[`${name} ${kind}`] = (calls[`${name} ${kind}`] ?? 0) + more;
  }
  return calls;
}

/** Applies a Deployment of three replicas, waits for its rollout, scales, labels and deletes it in the foreground. */
function lifeOf(name: string, parts: WorkloadParts): () => Promise<void> {
  return async () => {
    const on = (...args: readonly string[]) => cluster.kubectl([...args, '-n', namespace]);
    const input = JSON.stringify(workloads['Deployment']?.(name, { replicas: 3, ...parts }));
    await cluster.kubectl(['apply', '-n', namespace, '-f', '-'], { input });
    await on('rollout', 'status', `deployment/${name}`, '--timeout=60s');
    await on('scale', `deployment/${name}`, '--replicas=1');
    await on('label', 'deployment', name, 'some=label');
    await on('annotate', 'deployment', name, 'some=annotation');
    await on('delete', `deployment/${name}`, '--cascade=foreground', '--timeout=60s');
  };
}

describe('the conditions of the registration', () => {
  it.each(Object.keys(workloads))('leave a %s without containers to the API server', async (kind) => {
    for (const containers of [null, []]) {
      const whole = JSON.stringify(workloads[kind]?.('empty', { image: 'x' }));
      const input = whole.replace(/"containers":\[[^\]]*\]/, `"containers":${JSON.stringify(containers)}`);
      const args = ['create', '--dry-run=server', '--validate=false', '-n', namespace, '-f', '-'];
      const { stderr } = await cluster.kubectl(args, { input, allowFailure: true });
      expect(stderr).toContain('.containers: Required value');
    }
  });
});

describe('the webhook is called', () => {
  it('never for a Deployment with digests, nor for one with a registry and a tag', async () => {
    expect(await callsOf(lifeOf('exact', { image: exact }))).toEqual({});
    expect(await callsOf(lifeOf('tagged', { image: 'quay.io/example/app:1' }))).toEqual({});
  });

  it('once for the create of a Deployment that names a stream, never for its ReplicaSets and Pods', async () => {
    // a second call of the mutating webhook follows its own change only when another webhook changed the object again
    expect(await callsOf(lifeOf('named', { image: 'keycloak:20' }))).toEqual({ 'mutate Deployment': 1 });
  });

  it('once of each kind for the create of a Deployment with triggers', async () => {
    const annotations = triggerAnnotation('Deployment', 'keycloak:20');
    expect(await callsOf(lifeOf('triggered', { image: exact, annotations }))).toEqual({
      'mutate Deployment': 1,
      'validate Deployment': 1,
    });
  });

  it('when a client writes the annotation that is ours, and takes it away', async () => {
    const annotations = { 'imagestreams.io/resolved': '{"keycloak":{"name":"x","imageStreamTag":"x:1"}}' };
    const input = JSON.stringify(workloads['Pod']?.('forged', { image: exact, annotations }));
    const create = ['create', '-n', namespace, '-o', 'jsonpath={.metadata.annotations}', '-f', '-'];
    expect((await cluster.kubectl(create, { input })).stdout).not.toContain('imagestreams.io/resolved');
  });
});
