import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from './api-server.ts';
import { ElectionStage, held, leasePath, untilAborted } from './election-stage.ts';
import { eventually } from './eventually.ts';
import { hang, refuse } from './faults.ts';

let stage: ElectionStage;

beforeEach(async () => {
  stage = new ElectionStage();
  await stage.start();
});
afterEach(() => stage.stop());

describe('stopping', () => {
  it.each([
    ['before it begins', false, 0],
    ['while it waits for another', true, 1],
  ])('%s makes no further request', async (_, begin, requests) => {
    stage.server.store.put(leasePath, held('other'));
    const one = stage.candidate('one');
    if (!begin) one.abort();
    const running = one.run();
    if (begin) await one.waits();
    one.abort();
    await running;
    expect(stage.server.requests).toHaveLength(requests);
    expect(one.clock.pending).toEqual([]);
  });

  it('gives back what an answer that never came had taken', async () => {
    stage.server.faults.push(refuse(404, 'NotFound'), (_, { method, url, body }) =>
      stage.server.store.serve(method, url.pathname, body),
    );
    const one = stage.candidate('one');
    const running = one.run();
    await eventually(() => stage.holder === 'one');
    one.abort();
    await running;
    expect(stage.holder).toBe('');
    expect(one.terms).toEqual([]);
  });

  it.each([
    ['a conflict, when it is still its own', () => {}, ''],
    ['a conflict, when it is not', () => stage.server.store.put(leasePath, held('other')), 'other'],
  ])('gives back after %s', async (_, meanwhile, holder) => {
    const one = stage.candidate('one');
    const running = one.run();
    await one.leads();
    stage.server.faults.push((response, request) => {
      meanwhile();
      refuse(409, 'Conflict')(response, request);
    });
    one.abort();
    await running;
    expect(stage.holder).toBe(holder);
  });

  it.each([
    ['refuses', refuse(500, 'InternalError')],
    ['hangs', hang],
  ] as [string, Fault][])('ends within the time of a request when the server %s', async (_, fault) => {
    const one = stage.candidate('one');
    const running = one.run();
    await one.leads();
    stage.server.outage = fault;
    one.abort();
    await eventually(() => stage.server.requests.length === 3);
    one.clock.advance(3_334);
    await running;
    expect(one.log.at(-1)).toMatch(/^warn the Lease is not given back and will expire: /);
    expect(one.clock.pending).toEqual([]);
    expect(one.requestClock.pending).toEqual([]);
  });
});

describe('the work', () => {
  it('that fails ends the term, gives the Lease back and is what the run rejects with', async () => {
    const one = stage.candidate('one');
    await expect(one.run(() => Promise.reject(new Error('out of paper')))).rejects.toThrow('out of paper');
    expect(stage.holder).toBe('');
    expect(one.changes).toEqual([true, false]);
  });

  it('may end in any way once it was told to', async () => {
    const one = stage.candidate('one');
    const running = one.run(async (signal) => {
      await untilAborted(signal);
      throw new Error('interrupted');
    });
    await one.leads();
    one.abort();
    await running;
    expect(stage.holder).toBe('');
  });

  it('that ends by itself gives the Lease back, and is asked again later', async () => {
    const one = stage.candidate('one');
    one.run(() => Promise.resolve());
    await eventually(() => one.changes.length === 2);
    await one.waits();
    expect(stage.holder).toBe('');
    one.clock.advance(2_000);
    await eventually(() => one.changes.length === 4);
  });
});

describe('a hook that fails', () => {
  it('stops nobody', async () => {
    const one = stage.candidate('one', undefined, {
      onChange: () => {
        throw new Error('bad hook');
      },
    });
    const running = one.run();
    await one.leads();
    one.abort();
    await running;
    expect(stage.holder).toBe('');
  });
});
