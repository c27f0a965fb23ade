import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, connect, isApiError, kubernetesObject, resourcePath } from '../../src/cluster/index.ts';
import { TestCluster } from './index.ts';

const cluster = TestCluster.connect();
let client: ApiClient;
let path = '';
let collection = '';

beforeAll(async () => {
  client = new ApiClient({
    connection: await connect({ kubeconfig: cluster.kubeconfig }),
    userAgent: 'test/1',
  });
  const location = { version: 'v1', resource: 'configmaps', namespace: await cluster.namespace() };
  collection = resourcePath(location);
  path = resourcePath({ ...location, name: 'a' });
});
afterAll(async () => {
  client.close();
  await cluster.close();
});

const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } };

describe('writes to a real API server', () => {
  it('replace the version that was read, and no other', async () => {
    const made = kubernetesObject(await client.create(collection, { ...configMap, data: { x: '0' } }));
    const next = { ...made?.body, data: { x: '1' } };
    expect(await client.replace(path, next, { query: { fieldManager: 'me' } })).toMatchObject({
      data: { x: '1' },
      metadata: { managedFields: expect.arrayContaining([expect.objectContaining({ manager: 'me' })]) },
    });
    await expect(client.replace(path, next)).rejects.toMatchObject({ code: 'Conflict' });
  });

  it.each([
    ['application/merge-patch+json', { data: { x: '2', y: null } }, '2'],
    ['application/json-patch+json', [{ op: 'replace', path: '/data/x', value: '3' }], '3'],
    ['application/strategic-merge-patch+json', { data: { x: '4' } }, '4'],
  ] as const)('patch by %s', async (type, body, x) => {
    expect(await client.patch(path, body, { type })).toMatchObject({ data: { x } });
  });

  it('apply', async () => {
    const query = { fieldManager: 'me', force: 'true' };
    const type = 'application/apply-patch+yaml';
    const applied = await client.patch(path, { ...configMap, data: { x: '5' } }, { type, query });
    expect(applied).toMatchObject({ data: { x: '5' } });
  });

  it('delete the object that is meant, and no other', async () => {
    const uid = String((await readMetadata())['uid']);
    const other = client.delete(path, { preconditions: { uid: 'another' } });
    await expect(other).rejects.toMatchObject({ code: 'Conflict' });
    await client.delete(path, { preconditions: { uid } });
    const gone = await client.get(path).catch((error: unknown) => error);
    expect(isApiError(gone, 'NotFound')).toBe(true);
  });
});

async function readMetadata(): Promise<Readonly<Record<string, unknown>>> {
  const { metadata } = (await client.get(path)) as { metadata: Readonly<Record<string, unknown>> };
  return metadata;
}
