import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster } from './index.ts';
import { installWebhook } from './install.ts';
import { workloads } from './workloads.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const exact = `quay.io/keycloak/keycloak@${digest(1)}`;
let namespace = '';

beforeAll(async () => {
  const { namespaceLabels } = await installWebhook(cluster, { name: 'debug' });
  namespace = await cluster.namespace(namespaceLabels);
  await writeStream(cluster, namespace, 'keycloak', { '20': exact });
});
afterAll(() => cluster.close());

async function debug(pod: string, image: string) {
  const args = [
    'debug',
    pod,
    '-n',
    namespace,
    `--image=${image}`,
    '--profile=general',
    '--attach=false',
    '-q',
  ];
  return await cluster.kubectl([...args, '--', 'true'], { allowFailure: true });
}

async function ephemeralImages(pod: string): Promise<string> {
  const jsonpath = 'jsonpath={.spec.ephemeralContainers[*].image}';
  return (await cluster.kubectl(['get', 'pod', pod, '-n', namespace, '-o', jsonpath])).stdout;
}

describe('kubectl debug --image=keycloak:20', () => {
  it('resolves the name on a Pod that a ReplicaSet owns, and says to what', async () => {
    const input = JSON.stringify(workloads['Deployment']?.('web', { image: 'quay.io/example/app:1' }));
    await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { input });
    await cluster.kubectl(['rollout', 'status', 'deployment/web', '-n', namespace, '--timeout=60s']);
    const names = [
      'get',
      'pods',
      '-l',
      'app=web',
      '-n',
      namespace,
      '-o',
      'jsonpath={.items[0].metadata.name}',
    ];
    const pod = (await cluster.kubectl(names)).stdout;
    const { stderr } = await debug(pod, 'keycloak:20');
    expect(await ephemeralImages(pod)).toBe(exact);
    expect(stderr).toContain(`image "keycloak:20": resolved to "${exact}"`);
  });

  it('looks at new ephemeral containers only, and refuses a tag that does not exist', async () => {
    const input = JSON.stringify(workloads['Pod']?.('alone', { image: 'quay.io/example/app:1' }));
    await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { input });
    await debug('alone', 'quay.io/example/tools:1');
    await debug('alone', 'keycloak:20');
    expect(await ephemeralImages('alone')).toBe(`quay.io/example/tools:1 ${exact}`);
    const { code, stderr } = await debug('alone', 'keycloak:21');
    expect(code).not.toBe(0);
    expect(stderr).toContain('has no tag "21"');
  });
});

describe('an image volume', () => {
  it('that names a stream is resolved', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'volume' },
      spec: {
        containers: [{ name: 'main', image: exact, volumeMounts: [{ name: 'model', mountPath: '/model' }] }],
        volumes: [{ name: 'model', image: { reference: 'keycloak:20' } }],
      },
    };
    const args = ['create', '--dry-run=server', '-n', namespace, '-o', 'json', '-f', '-'];
    const { stdout } = await cluster.kubectl(args, { input: JSON.stringify(pod) });
    expect(JSON.parse(stdout).spec.volumes[0].image.reference).toBe(exact);
  });
});
