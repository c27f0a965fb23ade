import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, ApiError, connect, type JsonObject } from '../../src/cluster/index.ts';
import { TestCluster } from './index.ts';
import { workloads } from './workloads.ts';

const cluster = TestCluster.connect();
let client: ApiClient;
let path = '';

beforeAll(async () => {
  const connection = await connect({ kubeconfig: cluster.kubeconfig });
  client = new ApiClient({ connection, userAgent: 'imagestreams-test' });
  const namespace = await cluster.namespace();
  const annotations = { 'example.com/there': 'yes' };
  const input = JSON.stringify(workloads['Deployment']!('app', { image: 'app:1', annotations, replicas: 0 }));
  await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { input });
  path = `/apis/apps/v1/namespaces/${namespace}/deployments/app`;
});
afterAll(async () => {
  client?.close();
  await cluster.close();
});

const annotation = (name: string) => `/metadata/annotations/example.com~1${name}`;
const image = '/spec/template/spec/containers/0/image';

const patch = async (...operations: readonly object[]): Promise<number> => {
  try {
    await client.patch(path, operations, { type: 'application/json-patch+json' });
    return 200;
  } catch (error) {
    if (error instanceof ApiError) return error.status ?? 0;
    throw error;
  }
};

/** What the API server does not document, and the controller's patches stand on. */
describe('the conditions of a JSON patch', () => {
  it.each([
    { name: 'null holds for what is not there', path: annotation('gone'), value: null, answer: 200 },
    { name: 'null does not hold for what is there', path: annotation('there'), value: null, answer: 422 },
    { name: 'a text holds for itself', path: annotation('there'), value: 'yes', answer: 200 },
    { name: 'a text does not hold for another', path: annotation('there'), value: 'no', answer: 422 },
    { name: 'a text does not hold for what is not there', path: annotation('gone'), value: '', answer: 422 },
    { name: 'an image holds as it stands', path: image, value: 'app:1', answer: 200 },
  ])('$name', async ({ path: at, value, answer }) => {
    expect(await patch({ op: 'test', path: at, value })).toBe(answer);
  });

  it('cannot be told from an object that is not valid, unless there are none', async () => {
    expect(await patch({ op: 'add', path: image, value: '' })).toBe(422);
  });

  it('tell another version of the object apart when the patch names its version', async () => {
    const { metadata } = (await client.get(path)) as { readonly metadata: JsonObject };
    const version = (value: unknown) => ({ op: 'replace', path: '/metadata/resourceVersion', value });
    const label = { op: 'add', path: '/metadata/labels', value: { a: 'b' } };
    expect(await patch(version('1'), label)).toBe(409);
    expect(await patch(version(metadata['resourceVersion']), label)).toBe(200);
  });
});
