import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { podSpecPath, triggerAnnotation, type WorkloadParts, workloads } from './workloads.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const one = `quay.io/keycloak/keycloak@${digest(1)}`;
const two = `quay.io/keycloak/keycloak@${digest(2)}`;
let namespace = '';

beforeAll(async () => {
  const { namespaceLabels } = await installWebhook(cluster, { name: 'names' });
  namespace = await cluster.namespace(namespaceLabels);
  await writeStream(cluster, namespace, 'keycloak', { '20': one, '21': two });
});
afterAll(() => cluster.close());

function kubectl(args: readonly string[], manifest?: object) {
  const input = manifest === undefined ? {} : { input: JSON.stringify(manifest) };
  return cluster.kubectl([...args, '-n', namespace], input);
}

async function stored(kind: string, name: string, path: string): Promise<string> {
  return (await kubectl(['get', kind, name, '-o', `jsonpath={${path}}`])).stdout;
}

function images(kind: string, name: string): Promise<string> {
  return stored(kind, name, `${podSpecPath(kind)}.containers[0].image`);
}

/** What kubectl is asked to wait for before a workload counts as rolled out. */
function waiting(kind: string, name: string): readonly string[] | undefined {
  const object = `${kind}/${name}`;
  switch (kind) {
    case 'CronJob':
      return undefined;
    case 'Pod':
      return ['wait', object, '--for=condition=Ready', '--timeout=60s'];
    case 'Job':
      return ['wait', object, '--for=condition=Complete', '--timeout=60s'];
    case 'ReplicaSet':
    case 'ReplicationController':
      return ['wait', object, '--for=jsonpath={.status.readyReplicas}=1', '--timeout=60s'];
    default:
      return ['rollout', 'status', object, '--timeout=60s'];
  }
}

describe.each(Object.entries(workloads))('a %s that says keycloak:20', (kind, build) => {
  const name = kind.toLowerCase();
  const manifest = (parts: Partial<WorkloadParts> = {}): object =>
    build(name, {
      image: 'keycloak:20',
      initImage: 'keycloak:21',
      annotations: triggerAnnotation(kind, 'keycloak:20'),
      ...parts,
    });

  it('is stored with digests by kubectl apply, and rolls out', async () => {
    const { stderr } = await kubectl(['apply', '-f', '-'], manifest());
    expect(await images(kind, name)).toBe(one);
    expect(await stored(kind, name, `${podSpecPath(kind)}.initContainers[0].image`)).toBe(two);
    const resolved = await stored(kind, name, '.metadata.annotations.imagestreams\\.io/resolved');
    expect(JSON.parse(resolved)).toEqual({
      init: { name: 'keycloak:21', imageStreamTag: 'keycloak:21' },
      keycloak: { name: 'keycloak:20', imageStreamTag: 'keycloak:20' },
    });
    const ignored = ['ReplicaSet', 'ReplicationController', 'Pod', 'Job'].includes(kind);
    expect(stderr).toEqual(ignored ? expect.stringContaining('Warning: ') : '');
    const args = waiting(kind, name);
    if (args !== undefined) await kubectl(args);
  });

  it('shows no difference in kubectl diff afterwards, and applying again changes nothing', async () => {
    expect((await kubectl(['diff', '-f', '-'], manifest())).stdout).toBe('');
    const before = await stored(kind, name, '.metadata.generation');
    await kubectl(['apply', '-f', '-'], manifest());
    expect(await stored(kind, name, '.metadata.generation')).toBe(before);
  });

  it('is resolved by kubectl apply --server-side, again without a difference', async () => {
    const other = build(`${name}-ssa`, { image: 'keycloak:20' });
    await kubectl(['apply', '--server-side', '-f', '-'], other);
    expect(await images(kind, `${name}-ssa`)).toBe(one);
    expect((await kubectl(['diff', '--server-side', '-f', '-'], other)).stdout).toBe('');
    const before = await stored(kind, `${name}-ssa`, '.metadata.generation');
    await kubectl(['apply', '--server-side', '-f', '-'], other);
    expect(await stored(kind, `${name}-ssa`, '.metadata.generation')).toBe(before);
  });

  it('is resolved by kubectl create --dry-run=server', async () => {
    const args = [
      'create',
      '--dry-run=server',
      '-o',
      `jsonpath={${podSpecPath(kind)}.containers[0].image}`,
      '-f',
      '-',
    ];
    expect((await kubectl(args, build(`${name}-dry`, { image: 'keycloak:20' }))).stdout).toBe(one);
  });

  if (kind === 'Job') {
    it('keeps its image, which the API server holds immutable', async () => {
      const args = ['set', 'image', `job/${name}`, 'keycloak=keycloak:21', '-n', namespace];
      const { stderr } = await cluster.kubectl(args, { allowFailure: true });
      expect(stderr).toContain('field is immutable');
      await kubectl(['label', 'job', name, 'still=editable']);
    });
  } else {
    it('is resolved by kubectl set image', async () => {
      await kubectl(['set', 'image', `${kind}/${name}`, 'keycloak=keycloak:21']);
      expect(await images(kind, name)).toBe(two);
    });
  }

  it('is refused with a wrong trigger annotation', async () => {
    const wrong = manifest({
      annotations: triggerAnnotation(kind === 'CronJob' ? 'Deployment' : 'CronJob', 'keycloak:20'),
    });
    const { stderr, code } = await cluster.kubectl(
      ['create', '--dry-run=server', '-n', namespace, '-f', '-'],
      {
        input: JSON.stringify(wrong),
        allowFailure: true,
      },
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('image.openshift.io/triggers[0].fieldPath');
    expect(stderr).toContain(`${podSpecPath(kind).slice(1)}.containers`);
  });
});

describe('a stream', () => {
  it('counts from the moment it is stored, and without local lookup not at all', async () => {
    await writeStream(cluster, namespace, 'fresh', { '1': `quay.io/example/fresh@${digest(3)}` });
    await kubectl(['apply', '-f', '-'], workloads['Deployment']?.('fresh', { image: 'fresh:1' }));
    expect(await images('Deployment', 'fresh')).toBe(`quay.io/example/fresh@${digest(3)}`);
    await writeStream(cluster, namespace, 'closed', { '1': `quay.io/example/closed@${digest(4)}` }, false);
    const { stderr } = await kubectl(
      ['apply', '-f', '-'],
      workloads['Deployment']?.('closed', { image: 'closed:1' }),
    );
    expect(await images('Deployment', 'closed')).toBe('closed:1');
    expect(stderr).toContain('local lookup is off');
  });

  it('that moves its tag is seen by the next request', async () => {
    await writeStream(cluster, namespace, 'moving', { '1': `quay.io/example/moving@${digest(5)}` });
    const create = async () => {
      const args = ['create', '--dry-run=server', '-o', 'jsonpath={.spec.containers[0].image}', '-f', '-'];
      return (await kubectl(args, workloads['Pod']?.('moving', { image: 'moving:1' }))).stdout;
    };
    expect(await create()).toBe(`quay.io/example/moving@${digest(5)}`);
    await writeStream(cluster, namespace, 'moving', { '1': `quay.io/example/moving@${digest(6)}` });
    await waitFor('the moved tag to count', create, { until: (image) => image.endsWith(digest(6)) });
  });
});
