import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../../src/cluster/index.ts';
import { eventually } from './eventually.ts';
import { plainConnection } from './http-server.ts';
import { ManualClock } from './manual-clock.ts';
import { ObjectServer } from './object-server.ts';

const things = '/apis/example.com/v1/namespaces/ns/things';
const thing = `${things}/a`;
const merge = { type: 'application/merge-patch+json' } as const;
let server: ObjectServer;
let client: ApiClient;
let clock: ManualClock;

beforeEach(async () => {
  server = new ObjectServer();
  await server.http.start();
  clock = new ManualClock();
  client = new ApiClient({ connection: plainConnection(server.http), userAgent: 'test/1', clock });
});
afterEach(async () => {
  client.close();
  await server.http.stop();
});

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('writing', () => {
  it('replaces an object in the version that was read, and in no other', async () => {
    const made = server.store.put(thing, { spec: 1 });
    const next = await client.replace(thing, { ...made, spec: 2 }, { query: { fieldManager: 'me' } });
    expect(next).toMatchObject({ spec: 2, metadata: { resourceVersion: '102' } });
    expect(await failure(client.replace(thing, { ...made, spec: 3 }))).toMatchObject({
      code: 'Conflict',
      message: `The API server answered PUT ${thing} with 409: made up: Conflict`,
    });
    expect(server.store.get(thing)).toMatchObject({ spec: 2 });
    expect(server.http.requests[0]).toMatchObject({
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
    });
    expect(server.http.requests[0]?.url.search).toBe('?fieldManager=me');
  });

  it.each([
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  ] as const)('patches by %s', async (type) => {
    server.store.put(thing, { spec: 1 });
    expect(await client.patch(thing, { spec: 2 }, { type })).toMatchObject({ spec: 2 });
    expect(server.http.requests[0]).toMatchObject({ method: 'PATCH', headers: { 'content-type': type } });
  });

  it('deletes, under preconditions when there are any', async () => {
    const { metadata } = server.store.put(thing, {});
    expect(await failure(client.delete(thing, { preconditions: { uid: 'another' } }))).toMatchObject({
      code: 'Conflict',
    });
    await client.delete(thing, { preconditions: { uid: metadata.uid } });
    expect(server.store.get(thing)).toBeUndefined();
    expect(await failure(client.delete(thing))).toMatchObject({ code: 'NotFound' });
    expect(server.http.requests.map(({ body }) => body)).toEqual([
      '{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"another"}}',
      `{"apiVersion":"v1","kind":"DeleteOptions","preconditions":{"uid":"${metadata.uid}"}}`,
      '',
    ]);
  });

  it('deletes what an object owns first, where that is asked for', async () => {
    server.store.put(thing, {});
    await client.delete(thing, { propagationPolicy: 'Foreground' });
    expect(server.http.requests.map(({ body }) => body)).toEqual([
      '{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Foreground"}',
    ]);
  });

  it('fails in time', async () => {
    server.faults.push(() => {});
    const failed = failure(client.replace(thing, {}, { timeoutMs: 3_000 }));
    await eventually(() => server.requests.length === 1);
    clock.advance(3_000);
    expect(await failed).toMatchObject({ code: 'Timeout' });
  });
});

describe('a kept-alive connection that turns out to be closed', () => {
  const guarded = { metadata: { resourceVersion: '101' } };
  const write: Readonly<Record<string, () => Promise<unknown>>> = {
    'a create': () => client.create(things, {}),
    'a create that is told to be idempotent': () => client.create(things, {}, { idempotent: true }),
    'a replace with a version': () => client.replace(thing, guarded),
    'a replace without a version': () => client.replace(thing, {}),
    'a replace without a version that is told to be idempotent': () =>
      client.replace(thing, {}, { idempotent: true }),
    'a replace with a version that is told not to be': () =>
      client.replace(thing, guarded, { idempotent: false }),
    'a patch': () => client.patch(thing, {}, merge),
    'a patch that is told to be idempotent': () => client.patch(thing, {}, { ...merge, idempotent: true }),
    'a delete': () => client.delete(thing),
    'a delete with preconditions': () => client.delete(thing, { preconditions: { uid: 'uid-101' } }),
  };

  it.each([
    ['a create', false],
    ['a create that is told to be idempotent', true],
    ['a replace with a version', true],
    ['a replace without a version', false],
    ['a replace without a version that is told to be idempotent', true],
    ['a replace with a version that is told not to be', false],
    ['a patch', false],
    ['a patch that is told to be idempotent', true],
    ['a delete', false],
    ['a delete with preconditions', true],
  ])('%s is sent again: %s', async (name, again) => {
    server.store.put(thing, {});
    await client.get(thing);
    server.faults.push((response) => response.socket?.destroy());
    const error = await failure(write[name]?.() ?? Promise.resolve());
    expect(server.requests).toHaveLength(again ? 3 : 2);
    if (!again) expect(error).toMatchObject({ code: 'Unreachable' });
  });

  it('a replace that went through shows as a conflict, and as done when read again', async () => {
    const made = server.store.put(thing, { spec: 1 });
    await client.get(thing);
    server.faults.push((response, { method, url, body }) => {
      server.store.serve(method, url.pathname, body);
      response.socket?.destroy();
    });
    expect(await failure(client.replace(thing, { ...made, spec: 2 }))).toMatchObject({ code: 'Conflict' });
    expect(await client.get(thing)).toMatchObject({ spec: 2 });
  });
});
