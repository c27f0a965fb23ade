import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiServer, event, status } from './api-server.ts';
import { eventually } from './eventually.ts';
import { json } from './http-server.ts';
import { Stage } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = new Stage();
  await stage.start();
});
afterEach(() => stage.stop());

describe('watching', () => {
  it('follows additions, changes and deletions', async () => {
    stage.server.put('ns/a', 1);
    stage.reflect();
    await stage.watching();
    stage.server.put('ns/b', 2);
    stage.server.put('ns/a', 3);
    await eventually(() => stage.reflector.get('ns/a') === 3);
    expect(stage.state).toEqual({ 'ns/a': 3, 'ns/b': 2 });
    stage.server.remove('ns/b');
    await eventually(() => !stage.reflector.has('ns/b'));
  });

  it('keys cluster-scoped objects by name alone', async () => {
    stage.reflect();
    await stage.watching();
    stage.server.send(event('ADDED', { metadata: { name: 'alone', resourceVersion: '120' }, spec: 1 }));
    await eventually(() => stage.reflector.get('alone') === 1);
  });

  it('reads events that arrive byte by byte, in the middle of characters too', async () => {
    stage.reflect();
    await stage.watching();
    const object = { metadata: { namespace: 'ns', name: 'ü', resourceVersion: '130' }, spec: 'añ€😀\u2028' };
    for (const byte of Buffer.from(event('ADDED', object))) {
      stage.server.send(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await eventually(() => stage.reflector.get('ns/ü') === 'añ€😀\u2028');
  });

  it('resumes from the last bookmark', async () => {
    stage.reflect();
    await stage.watching();
    stage.clock.advance(60_000);
    stage.server.send(event('BOOKMARK', { metadata: { resourceVersion: '777' } }));
    await eventually(() => stage.reflector.lastEventAt === stage.clock.now());
    stage.server.end();
    await stage.watching(2);
    expect(stage.server.watchRequests[1]!.url.searchParams.get('resourceVersion')).toBe('777');
    expect(stage.server.lists).toHaveLength(1);
  });

  it('resumes after a lost connection where it was, without listing', async () => {
    stage.server.put('ns/a', 1);
    stage.reflect();
    await stage.watching();
    stage.server.put('ns/a', 2);
    await stage.inStep();
    stage.server.cut();
    stage.server.put('ns/b', 2);
    stage.server.remove('ns/a');
    await stage.waitOut();
    await stage.inStep();
    expect(stage.server.lists).toHaveLength(1);
    expect(stage.server.watchRequests.map(({ url }) => url.searchParams.get('resourceVersion'))).toEqual([
      '101',
      '102',
    ]);
  });

  it('drops a line that was cut off and gets the event again', async () => {
    stage.reflect();
    await stage.watching();
    stage.server.send('{"type":"ADDED","object":{"metadata":{"name":"ha');
    stage.server.cut();
    stage.server.put('ns/half', 1);
    await stage.waitOut();
    await stage.inStep();
  });

  it('cuts and resumes a silent watch', async () => {
    stage.reflect({ silenceMs: 90_000 });
    await stage.watching();
    stage.clock.advance(89_999);
    stage.server.bookmark();
    await eventually(() => stage.reflector.lastEventAt === stage.clock.now());
    stage.clock.advance(89_999);
    expect(stage.reflector.health.connected).toBe(true);
    stage.clock.advance(1);
    await stage.waitOut();
    await stage.watching(2);
    await eventually(() => stage.reflector.lastEventAt === stage.clock.now());
    expect(stage.reflector.health.lastError?.code).toBe('Timeout');
    expect(stage.server.lists).toHaveLength(1);
  });

  it('lists anew after several silent watches', async () => {
    stage.reflect({ silenceMs: 90_000, relistAfter: 2 });
    for (const round of [1, 2]) {
      await stage.watching(round);
      stage.clock.advance(90_000);
      await stage.waitOut();
    }
    await eventually(() => stage.server.lists.length === 2);
  });

  it.each([
    ['as HTTP status', (response) => json(response, 410, status(410, 'Expired'))],
    ['as event', (response) => response.end(event('ERROR', status(410, 'Expired')))],
    ['as event without reason', (response) => response.end(event('ERROR', { code: 410 }))],
    [
      'as a version of the future',
      (response) =>
        json(response, 504, status(504, 'Timeout', { causes: [{ reason: 'ResourceVersionTooLarge' }] })),
    ],
  ] as [string, ApiServer['watchFaults'][number]][])('lists anew at once on 410 %s', async (_, fault) => {
    stage.server.put('ns/a', 1);
    stage.server.watchFaults.push(fault);
    stage.reflect();
    await stage.watching(2);
    expect(stage.server.lists).toHaveLength(2);
  });

  it('does not list in a loop when 410 comes again and again', async () => {
    const expired: ApiServer['watchFaults'][number] = (response) =>
      json(response, 410, status(410, 'Expired'));
    stage.server.watchFaults.push(expired, expired, expired);
    stage.reflect();
    await eventually(() => stage.reflector.health.failures === 2);
    expect(stage.server.lists).toHaveLength(2);
    await stage.waitOut();
    await eventually(() => stage.reflector.health.failures === 3);
    await stage.waitOut();
    await stage.watching(4);
  });

  it.each([
    ['a garbage line', 'garbage\n', 'BadResponse'],
    ['a line of another kind', '{"hello":1}\n', 'BadResponse'],
    ['an object without a name', event('ADDED', { metadata: {} }), 'BadResponse'],
    ['a bookmark without a version', event('BOOKMARK', {}), 'BadResponse'],
    ['a line that is too long', 'x'.repeat(3_000), 'TooLarge'],
    ['an error event', event('ERROR', status(500, 'InternalError')), 'ServerError'],
  ])('goes back to the last good version after %s, and lists when it repeats', async (_, line, code) => {
    stage.server.put('ns/a', 1);
    stage.reflect({ maxEventBytes: 2_000 });
    for (const round of [1, 2, 3]) {
      await stage.watching(round);
      expect(stage.server.lists).toHaveLength(1);
      stage.server.send(line);
      await stage.waitOut();
      expect(stage.reflector.health.lastError?.code).toBe(code);
    }
    await stage.watching(4);
    expect(stage.server.lists).toHaveLength(2);
    expect(stage.state).toEqual({ 'ns/a': 1 });
  });

  it('passes over kinds of events that it does not know', async () => {
    stage.reflect();
    await stage.watching();
    stage.server.send(event('NOVELTY', {}));
    stage.server.put('ns/a', 1);
    await stage.inStep();
  });

  it('waits before it resumes a watch that ended at once', async () => {
    stage.reflect();
    await stage.watching();
    stage.server.end();
    await stage.waitOut();
    await stage.watching(2);
    stage.clock.advance(2_000);
    stage.server.end();
    await stage.watching(3);
    expect(stage.reflector.health).toMatchObject({ failures: 0, connected: true });
  });

  it('honours Retry-After', async () => {
    stage.server.watchFaults.push((response) =>
      json(response, 429, status(429, 'TooManyRequests'), { 'retry-after': '17' }),
    );
    stage.reflect();
    await eventually(() => stage.reflector.health.failures === 1 && stage.clock.pending.length === 1);
    expect(stage.clock.pending).toEqual([17_000]);
  });
});
