import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Change } from '../../src/cluster/index.ts';
import { event, status } from './api-server.ts';
import { eventually } from './eventually.ts';
import { json } from './http-server.ts';
import { Stage } from './stage.ts';

let stage: Stage;

beforeEach(async () => {
  stage = new Stage();
  await stage.start();
});
afterEach(() => stage.stop());

describe('keeping the state', () => {
  it('replaces in one step on a relist: nothing that still exists is ever absent', async () => {
    for (let i = 0; i < 6; i += 1) stage.server.put(`ns/w${i}`, i);
    stage.reflect({ pageSize: 2 });
    await stage.watching();
    const changes: string[] = [];
    stage.reflector.onChange((change: Change<unknown>) => {
      changes.push(`${change.type} ${change.key}`);
      expect([1, 2, 3, 4, 5].every((i) => stage.reflector.has(`ns/w${i}`))).toBe(true);
    });
    stage.server.cut();
    stage.server.remove('ns/w0');
    stage.server.put('ns/new', 1);
    stage.server.compact();
    await stage.waitOut();
    await eventually(() => {
      expect([1, 2, 3, 4, 5].every((i) => stage.reflector.has(`ns/w${i}`))).toBe(true);
      return stage.clock.pending.length > 0 && stage.reflector.health.failures >= 2;
    });
    await stage.waitOut();
    await stage.inStep();
    expect(changes).toContain('delete ns/w0');
    expect(changes).toContain('set ns/new');
  });

  it('keeps the last known state while a relist fails', async () => {
    stage.server.put('ns/a', 1);
    stage.reflect();
    await stage.watching();
    stage.server.listFaults.push((response) => json(response, 500, {}));
    stage.server.send(event('ERROR', status(410, 'Expired')));
    await eventually(() => stage.reflector.health.lastError?.code === 'ServerError');
    expect(stage.reflector.synced).toBe(true);
    expect(stage.state).toEqual({ 'ns/a': 1 });
  });

  it('keeps only what the projection returns', async () => {
    stage.server.put('ns/keep', 1);
    stage.server.put('ns/skip', null);
    stage.server.put('ns/broken', 'throw');
    stage.reflect({
      project: ({ body }) => {
        if (body['spec'] === 'throw') throw new Error('cannot read this');
        return body['spec'] ?? undefined;
      },
    });
    await stage.watching();
    expect(stage.state).toEqual({ 'ns/keep': 1 });
    stage.server.put('ns/keep', 'throw');
    await eventually(() => stage.reflector.size === 0);
  });

  it('tells of changes until the subscription ends, whatever other listeners do', async () => {
    stage.reflect();
    await stage.watching();
    const seen: Change<unknown>[] = [];
    stage.reflector.onChange(() => {
      throw new Error('bad listener');
    });
    const end = stage.reflector.onChange((change) => seen.push(change));
    stage.server.put('ns/a', 1);
    stage.server.put('ns/a', 2);
    stage.server.remove('ns/a');
    await eventually(() => seen.length === 3);
    end();
    stage.server.put('ns/b', 1);
    await stage.inStep();
    expect(seen).toEqual([
      { type: 'set', key: 'ns/a', value: 1, previous: undefined },
      { type: 'set', key: 'ns/a', value: 2, previous: 1 },
      { type: 'delete', key: 'ns/a', previous: 2 },
    ]);
  });
});

describe('stopping', () => {
  it.each([
    [
      'a list',
      () => stage.server.listFaults.push(() => {}),
      () => eventually(() => stage.server.lists.length === 1),
    ],
    ['a watch', () => 0, () => stage.watching()],
    [
      'a wait',
      () => stage.server.listFaults.push((response) => json(response, 500, {})),
      () => eventually(() => stage.reflector.health.failures === 1),
    ],
  ])('ends %s at once and leaves no timer behind', async (_, prepare, reached) => {
    prepare();
    stage.reflect();
    await reached();
    await stage.reflector.stop();
    expect(stage.clock.pending).toEqual([]);
    expect(stage.reflector.health.connected).toBe(false);
    await eventually(() => stage.server.watches.size === 0);
  });
});
