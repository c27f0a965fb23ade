import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiServer, status } from './api-server.ts';
import { eventually } from './eventually.ts';
import { json } from './http-server.ts';
import { Stage } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = new Stage();
  await stage.start();
});
afterEach(() => stage.stop());

describe('listing', () => {
  it('reads all pages and is in sync only after the last', async () => {
    for (let i = 0; i < 7; i += 1) stage.server.put(`ns/w${i}`, i);
    let release = () => {};
    stage.server.listFaults.push((response) => {
      release = () =>
        json(response, 200, { metadata: { resourceVersion: '107', continue: 'more' }, items: [] });
    });
    stage.server.listFaults.push((response) => {
      expect(stage.reflector.synced).toBe(false);
      json(response, 410, status(410, 'Expired'));
    });
    stage.reflect({ pageSize: 3 });
    await eventually(() => stage.server.lists.length === 1);
    release();
    await stage.reflector.whenSynced();
    expect(stage.reflector.size).toBe(7);
    expect(stage.server.lists).toHaveLength(5);
  });

  it('asks for the newest state, in pages, and watches from the version of the list', async () => {
    stage.server.put('ns/a', 1);
    stage.reflect({ query: { labelSelector: 'x=y' } });
    await stage.watching();
    expect(Object.fromEntries(stage.server.lists[0]!.url.searchParams)).toEqual({
      limit: '100',
      labelSelector: 'x=y',
    });
    expect(Object.fromEntries(stage.server.watchRequests[0]!.url.searchParams)).toEqual({
      labelSelector: 'x=y',
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: '101',
      timeoutSeconds: '450',
    });
  });

  it('watches from the version of the first page', async () => {
    stage.server.listFaults.push(
      (response) =>
        json(response, 200, { metadata: { resourceVersion: '90', continue: 'more' }, items: null }),
      (response) => json(response, 200, { metadata: { resourceVersion: '95', continue: '' } }),
    );
    stage.reflect();
    await stage.watching();
    expect(stage.server.watchRequests[0]!.url.searchParams.get('resourceVersion')).toBe('90');
  });

  it('starts over when a continue token has expired', async () => {
    for (let i = 0; i < 4; i += 1) stage.server.put(`ns/w${i}`, i);
    stage.server.listFaults.push((response) => {
      json(response, 200, { metadata: { resourceVersion: '50', continue: 'token-lost' }, items: [] });
    });
    stage.reflect({ pageSize: 2 });
    await stage.inStep();
    expect(stage.server.lists.map(({ url }) => url.searchParams.get('continue'))).toEqual([
      null,
      'token-lost',
      null,
      'token-0',
    ]);
  });

  it('asks for smaller pages when one is too large', async () => {
    for (let i = 0; i < 8; i += 1) stage.server.put(`ns/w${i}`, 'x'.repeat(1_000));
    stage.reflect({ pageSize: 8, maxPageBytes: 3_000 });
    await stage.inStep();
    expect(stage.server.lists.map(({ url }) => url.searchParams.get('limit'))).toEqual([
      '8',
      '4',
      '2',
      '2',
      '2',
      '2',
    ]);
  });

  it.each([
    [
      'an error',
      (response: Parameters<ApiServer['listFaults'][number]>[0]) => json(response, 500, {}),
      'ServerError',
    ],
    ['no permission', (response) => json(response, 403, status(403, 'Forbidden')), 'Forbidden'],
    ['something else', (response) => json(response, 200, { hello: 1 }), 'BadResponse'],
    ['no JSON', (response) => response.end('<html>'), 'BadResponse'],
    ['a cut', (response) => response.destroy(), 'Unreachable'],
  ] as [string, ApiServer['listFaults'][number], string][])(
    'tries again after %s',
    async (_, fault, code) => {
      stage.server.put('ns/a', 1);
      stage.server.listFaults.push(fault, fault);
      stage.reflect();
      await stage.waitOut();
      expect(stage.reflector.health.lastError?.code).toBe(code);
      await eventually(() => stage.reflector.health.failures === 2);
      await stage.waitOut();
      await stage.inStep();
      expect(stage.reflector.synced).toBe(true);
    },
  );

  it('gives a slow page up in time', async () => {
    stage.server.put('ns/a', 1);
    stage.server.listFaults.push(() => {});
    stage.reflect({ listTimeoutMs: 5_000 });
    await eventually(() => stage.server.lists.length === 1);
    stage.clock.advance(5_000);
    await stage.waitOut();
    expect(stage.reflector.health.lastError?.code).toBe('Timeout');
    await stage.inStep();
  });

  it('is not in sync before a list has succeeded, and stop ends the wait', async () => {
    stage.server.listFaults.push(() => {});
    stage.reflect();
    await eventually(() => stage.server.lists.length === 1);
    const synced = stage.reflector.whenSynced();
    await stage.reflector.stop();
    await expect(synced).rejects.toMatchObject({ code: 'Aborted' });
    expect(stage.reflector.synced).toBe(false);
  });
});
