import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { defaultSettings } from '../../src/admission/index.ts';
import { clusterSurroundings } from '../../src/cli/cluster-surroundings.ts';
import { ApiClient } from '../../src/cluster/index.ts';
import { HttpServer, json, plainConnection } from '../cluster-client/http-server.ts';

const resourceAttributes = {
  namespace: 'base',
  verb: 'get',
  group: 'image.openshift.io',
  resource: 'imagestreams',
  subresource: 'layers',
  name: 'java',
};
let server: HttpServer;
let client: ApiClient;

beforeAll(async () => {
  server = await new HttpServer((_, response) =>
    json(response, 201, { status: { allowed: false, reason: 'no' } }),
  ).start();
  client = new ApiClient({ connection: plainConnection(server), userAgent: 'test/1' });
});

afterAll(async () => {
  client.close();
  await server.stop();
});

const asked = () => (JSON.parse(server.requests.at(-1)?.body ?? '{}') as { readonly spec: unknown }).spec;

it('a user is asked about with all that authentication said of them', async () => {
  const { around } = clusterSurroundings({
    client,
    settings: defaultSettings,
    logger: pino({ level: 'silent' }),
  });
  const user = { username: 'jane', groups: ['dev'], uid: 'u-1', extra: { scopes: ['user:full'] } };
  const answer = await around.userMayPull?.({ user, namespace: 'base', stream: 'java' });
  expect(answer).toEqual({ allowed: false, reason: 'no' });
  const { username, ...rest } = user;
  expect(asked()).toEqual({ user: username, ...rest, resourceAttributes });
  await around.userMayPull?.({ user: { username: 'joe' }, namespace: 'base', stream: 'java' });
  expect(asked()).toEqual({ user: 'joe', groups: [], resourceAttributes });
});

it("a workload's account is asked about with the groups that it has", async () => {
  const { around } = clusterSurroundings({
    client,
    settings: defaultSettings,
    logger: pino({ level: 'silent' }),
  });
  const puller = { namespace: 'app', serviceAccount: 'default' };
  expect(await around.mayPull?.({ puller, namespace: 'base', stream: 'java' })).toBe(false);
  const groups = ['system:serviceaccounts', 'system:serviceaccounts:app', 'system:authenticated'];
  expect(asked()).toEqual({ user: 'system:serviceaccount:app:default', groups, resourceAttributes });
});
