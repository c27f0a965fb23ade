import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { ApiClient, connect, resourcePath } from '../../src/cluster/index.ts';
import type { ImageStream } from '../../src/imagestream/index.ts';
import { digest } from './image-streams.ts';
import { TestCluster } from './index.ts';
import { controllerUser } from './install.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

/** A stream with a long life: entries of several generations, a failure, tags without a spec, a reference. */
const lived = {
  apiVersion: 'image.openshift.io/v1stored',
  kind: 'ImageStream',
  metadata: { name: 'app', annotations: { 'imagestreams.io/tags': '2,1' }, labels: { team: 'blue' } },
  spec: {
    lookupPolicy: { local: true },
    tags: [
      {
        name: '1',
        annotations: null,
        from: { kind: 'DockerImage', name: 'quay.io/example/app:1' },
        generation: 9,
        importPolicy: { importMode: 'PreserveOriginal', scheduled: true },
        referencePolicy: { type: 'Source' },
      },
      { name: '2', from: { kind: 'ImageStreamTag', name: '1' }, generation: 12 },
    ],
  },
  status: {
    dockerImageRepository: '',
    tags: [
      {
        tag: '1',
        items: [3, 2, 1].map((n) => ({
          created: `2026-01-0${n}T00:00:00Z`,
          dockerImageReference: `quay.io/example/app@${digest(n)}`,
          image: digest(n),
          generation: n + 6,
        })),
        conditions: [
          {
            type: 'ImportSuccess',
            status: 'False',
            lastTransitionTime: '2026-02-01T10:00:00Z',
            reason: 'NotFound',
            message: 'dockerimage.image.openshift.io "quay.io/example/app:1" not found',
            generation: 9,
          },
        ],
      },
      {
        tag: '2',
        items: [
          {
            created: '2026-01-03T00:00:00Z',
            dockerImageReference: 'quay.io/example/app:2',
            image: '',
            generation: 12,
          },
        ],
      },
      { tag: 'pushed', items: null },
    ],
  },
} as const;

async function backedUp(namespace: string): Promise<ImageStream> {
  const user = { user: controllerUser, groups: ['system:serviceaccounts'] };
  const kubeconfig = await cluster.kubeconfigFor(user);
  await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { kubeconfig, input: JSON.stringify(lived) });
  const { stdout } = await cluster.kubectl(['get', 'is', 'app', '-n', namespace, '-o', 'json']);
  await cluster.kubectl(['delete', 'is', 'app', '-n', namespace]);
  return JSON.parse(stdout) as ImageStream;
}

/** The part of a backup that may be created: what the old cluster set itself is left out. */
function manifest(backup: ImageStream): ImageStream {
  const { resourceVersion: _version, uid: _uid, ...metadata } = backup.metadata;
  return { ...backup, metadata };
}

/** Its status as the API server sends it, byte for byte. */
async function statusOf(namespace: string): Promise<string> {
  const path = `/apis/image.openshift.io/v1/namespaces/${namespace}/imagestreams/app`;
  const { stdout } = await cluster.kubectl(['get', '--raw', path]);
  return JSON.stringify((JSON.parse(stdout) as ImageStream).status);
}

describe('a backup by an administrator', () => {
  it('comes back with kubectl: create, then replace the status', async () => {
    const namespace = await cluster.namespace();
    const backup = await backedUp(namespace);
    const input = JSON.stringify(manifest(backup));
    await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { input });
    expect(await statusOf(namespace)).toBe(undefined);
    await cluster.kubectl(['replace', '--subresource=status', '-n', namespace, '-f', '-'], { input });
    expect(await statusOf(namespace)).toBe(JSON.stringify(backup.status));
    expect(backup.status).toEqual(lived.status);
  });

  it('comes back as Velero brings it: create, then the status at the new resource version', async () => {
    const namespace = await cluster.namespace();
    const backup = await backedUp(namespace);
    const connection = await connect({ kubeconfig: cluster.kubeconfig });
    const client = new ApiClient({ connection, userAgent: 'imagestreams-test' });
    const path = resourcePath({
      group: 'image.openshift.io',
      version: 'v1',
      resource: 'imagestreams',
      namespace,
    });
    const created = (await client.create(path, manifest(backup))) as ImageStream;
    const { resourceVersion = '' } = created.metadata;
    const metadata = { ...created.metadata, resourceVersion };
    await client.replace(`${path}/app/status`, { ...manifest(backup), metadata });
    client.close();
    expect(await statusOf(namespace)).toBe(JSON.stringify(backup.status));
  });

  it('brings nothing but the status through the status', async () => {
    const namespace = await cluster.namespace();
    const backup = await backedUp(namespace);
    const input = manifest(backup);
    await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { input: JSON.stringify(input) });
    const changed = { ...input, spec: { lookupPolicy: { local: false } } };
    const replace = ['replace', '--subresource=status', '-n', namespace, '-f', '-'];
    await cluster.kubectl(replace, { input: JSON.stringify(changed) });
    const { stdout } = await cluster.kubectl(['get', 'is', 'app', '-n', namespace, '-o', 'json']);
    const restored = JSON.parse(stdout) as ImageStream;
    expect(restored.spec).toEqual(backup.spec);
    expect(restored.metadata.generation).toBe(1);
  });
});
