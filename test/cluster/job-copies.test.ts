import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiClient, connect, resourcePath } from '../../src/cluster/index.ts';
import { recreatedJob } from '../../src/triggers/index.ts';
import type { KubernetesObject } from '../../src/workloads/index.ts';
import { TestCluster, waitFor } from './index.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
let client: ApiClient;
let namespace = '';

beforeAll(async () => {
  const connection = await connect({ kubeconfig: cluster.kubeconfig });
  client = new ApiClient({ connection, userAgent: 'imagestreams-test' });
  namespace = await cluster.namespace();
});
afterAll(async () => {
  client?.close();
  await cluster.close();
});

const never = { restartPolicy: 'Never' };
const byHand = { 'example.org/run': 'seven' };

interface Parts {
  readonly metadata?: object;
  readonly spec?: object;
  readonly template?: object;
  readonly podSpec?: object;
}

const manifests: Readonly<Record<string, Parts>> = {
  plain: { spec: { suspend: true } },
  labelled: { metadata: { labels: { a: 'b' } }, template: { labels: { c: 'd' }, annotations: { e: 'f' } } },
  'of-a-template': { template: { labels: { c: 'd' } } },
  selecting: {
    spec: { manualSelector: true, selector: { matchLabels: byHand } },
    template: { labels: byHand },
  },
  indexed: {
    spec: {
      ...{
        completionMode: 'Indexed',
        completions: 3,
        parallelism: 2,
        backoffLimitPerIndex: 1,
        maxFailedIndexes: 2,
      },
      successPolicy: { rules: [{ succeededIndexes: '0', succeededCount: 1 }] },
    },
  },
  failing: {
    spec: {
      ...{ backoffLimit: 3, activeDeadlineSeconds: 600, ttlSecondsAfterFinished: 60 },
      ...{ podReplacementPolicy: 'Failed' },
      podFailurePolicy: {
        rules: [
          { action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
    },
  },
  elaborate: {
    metadata: { annotations: { 'example.org/note': 'x' }, finalizers: ['example.org/keep'] },
    podSpec: {
      initContainers: [{ name: 'init', image: 'quay.io/example/init:1' }],
      volumes: [{ name: 'scratch', emptyDir: {} }],
      securityContext: { runAsNonRoot: true, runAsUser: 1000 },
      tolerations: [{ key: 'a', operator: 'Exists' }],
    },
  },
};

function manifest(name: string, { metadata, spec, template, podSpec }: Parts): object {
  const containers = [{ name: 'main', image: 'quay.io/example/app:1', env: [{ name: 'A', value: 'b' }] }];
  return {
    ...{ apiVersion: 'batch/v1', kind: 'Job' },
    metadata: { name, ...metadata },
    spec: { ...spec, template: { metadata: template ?? {}, spec: { ...never, containers, ...podSpec } } },
  };
}

/** Without what is another with every object. */
function comparable(job: KubernetesObject): unknown {
  const uid = String((job.metadata as { readonly uid?: string } | undefined)?.uid);
  const { status: _, ...rest } = JSON.parse(JSON.stringify(job).replaceAll(uid, 'UID')) as KubernetesObject;
  const { resourceVersion, creationTimestamp, managedFields, ...metadata } = rest.metadata as Record<
    string,
    unknown
  >;
  return { ...rest, metadata };
}

const pathOf = (name?: string) =>
  resourcePath({
    ...{ group: 'batch', version: 'v1', resource: 'jobs', namespace },
    ...(name === undefined ? {} : { name }),
  });

describe('a Job that takes the place of another one', () => {
  it.each(Object.entries(manifests))('is the same to the API server: %s', async (name, parts) => {
    await client.create(pathOf(), manifest(name, parts));
    const before = await waitFor('the Job controller to look', async () => {
      const job = (await client.get(pathOf(name))) as KubernetesObject;
      return job['status'] !== undefined && JSON.stringify(job['status']) !== '{}' ? job : undefined;
    });
    const copy = recreatedJob(before, { images: [], status: undefined });
    const remove = [{ op: 'add', path: '/metadata/finalizers', value: [] }];
    await client.patch(pathOf(name), remove, { type: 'application/json-patch+json' });
    await client.delete(pathOf(name), { propagationPolicy: 'Foreground' });
    const made = (await waitFor('its name to be free', () =>
      client.create(pathOf(), copy),
    )) as KubernetesObject;
    expect(comparable(made)).toEqual(comparable(before));
    if (parts.metadata !== undefined) {
      await client.patch(pathOf(name), remove, { type: 'application/json-patch+json' });
    }
  });
});

/** What the API server does not document, and handing over in a second write stands on. */
describe('the field managers that a creation names', () => {
  it('own none of its fields, and whoever creates it owns all', async () => {
    const query = { fieldManager: 'before' };
    const job = (await client.create(pathOf(), manifest('owned', {}), { query })) as KubernetesObject;
    const { managedFields } = job.metadata as { readonly managedFields: readonly object[] };
    const copy = recreatedJob(job, { images: [], status: undefined });
    const body = { ...copy, metadata: { ...copy.metadata, name: 'taken', managedFields } };
    const made = (await client.create(pathOf(), body, { query: { fieldManager: 'after' } })) as {
      readonly metadata: { readonly managedFields: readonly { readonly manager: string }[] };
    };
    const owners = made.metadata.managedFields.filter((entry) => JSON.stringify(entry).includes('"f:image"'));
    expect(owners.map(({ manager }) => manager)).toEqual(['after']);
  });
});
