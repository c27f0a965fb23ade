import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../src/cluster/index.ts';
import { followingKinds, servedKinds, triggerPermissions } from '../../src/controllers/trigger-kinds.ts';
import { builtInTable } from '../../src/workloads/index.ts';
import { status } from '../cluster-client/api-server.ts';
import { HttpServer, json, plainConnection } from '../cluster-client/http-server.ts';

let served: Readonly<Record<string, readonly string[]>> = {};
let server: HttpServer;
let client: ApiClient;

beforeEach(async () => {
  server = await new HttpServer(({ url }, response) => {
    const names = served[url.pathname];
    if (names === undefined) json(response, 404, status(404, 'NotFound'));
    else json(response, 200, { kind: 'APIResourceList', resources: names.map((name) => ({ name })) });
  }).start();
  client = new ApiClient({ connection: plainConnection(server), userAgent: 'test' });
});
afterEach(async () => {
  client.close();
  await server.stop();
});

const builtIn = followingKinds(builtInTable);
const core = ['pods', 'pods/status', 'replicationcontrollers', 'podtemplates'];
const apps = ['deployments', 'statefulsets', 'daemonsets', 'replicasets'];

describe('the kinds that follow tags', () => {
  it('are those that the cluster serves, each in its newest version, and once', async () => {
    served = {
      '/api/v1': core,
      '/apis/apps/v1': apps,
      '/apis/apps/v1beta1': ['deployments'],
      '/apis/extensions/v1beta1': ['deployments', 'daemonsets'],
      '/apis/batch/v1beta1': ['cronjobs'],
      '/apis/batch/v1': ['jobs'],
    };
    const kinds = await servedKinds(client, builtIn);
    expect(kinds.map(({ id, apiVersion }) => `${id} ${apiVersion}`)).toEqual([
      'pods v1',
      'replicationcontrollers v1',
      'deployments.apps apps/v1',
      'statefulsets.apps apps/v1',
      'daemonsets.apps apps/v1',
      'replicasets.apps apps/v1',
      'jobs.batch batch/v1',
      'cronjobs.batch batch/v1beta1',
    ]);
    const asked = server.requests.map(({ url }) => url.pathname);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('are fewer where the cluster serves fewer', async () => {
    served = { '/api/v1': ['pods'] };
    expect((await servedKinds(client, builtIn)).map(({ id }) => id)).toEqual(['pods']);
  });

  it('cannot be told by a cluster that fails', async () => {
    server.handler = (_, response) => json(response, 500, status(500, 'InternalError'));
    await expect(servedKinds(client, builtIn)).rejects.toMatchObject({ code: 'ServerError' });
  });

  it('may be read and patched, and Jobs made and deleted', () => {
    expect(triggerPermissions(builtInTable)).toEqual([
      {
        apiGroups: [''],
        resources: ['pods', 'replicationcontrollers'],
        verbs: ['get', 'list', 'watch', 'patch'],
      },
      { apiGroups: ['apps'], resources: apps, verbs: ['get', 'list', 'watch', 'patch'] },
      { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: ['get', 'list', 'watch', 'patch'] },
      { apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'delete'] },
    ]);
  });
});
