import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Fault, status } from './api-server.ts';
import { ElectionStage, leasePath, leases, untilAborted } from './election-stage.ts';
import { eventually } from './eventually.ts';
import { json } from './http-server.ts';

let stage: ElectionStage;

beforeEach(async () => {
  stage = new ElectionStage();
  await stage.start();
});
afterEach(() => stage.stop());

const refuse =
  (code: number, reason: string, headers = {}): Fault =>
  (response) =>
    json(response, code, status(code, reason), headers);
const hang: Fault = () => {};
const held = (by: string, more: object = {}) => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  spec: {
    holderIdentity: by,
    leaseDurationSeconds: 15,
    acquireTime: '2020-01-01T00:00:00.000000Z',
    renewTime: '2020-01-01T00:00:00.000000Z',
    leaseTransitions: 4,
    ...more,
  },
});

describe('taking the Lease', () => {
  it('makes it when there is none', async () => {
    const one = stage.candidate('one');
    one.run();
    await one.leads();
    expect(stage.spec).toEqual({
      holderIdentity: 'one',
      leaseDurationSeconds: 15,
      acquireTime: '2025-06-15T15:06:40.123500Z',
      renewTime: '2025-06-15T15:06:40.123500Z',
      leaseTransitions: 0,
    });
    expect(stage.server.requests).toEqual([`GET ${leasePath}`, `POST ${leases}`]);
    expect(one.changes).toEqual([true]);
  });

  it.each([
    ['was given back', held('', { leaseDurationSeconds: 1 })],
    ['names nobody', { spec: {} }],
    ['has no spec', {}],
  ])('takes it at once when it %s', async (_, lease) => {
    stage.server.store.put(leasePath, { ...lease, metadata: { labels: { keep: 'me' } } });
    const one = stage.candidate('one');
    one.run();
    await one.leads();
    expect(stage.server.store.get(leasePath)?.metadata.labels).toEqual({ keep: 'me' });
    const transitions = 'spec' in lease && 'leaseTransitions' in lease.spec ? 5 : 1;
    expect(stage.spec).toMatchObject({ holderIdentity: 'one', leaseTransitions: transitions });
  });

  it('takes it at once when it is its own from an earlier life, as the same term', async () => {
    stage.server.store.put(leasePath, held('one'));
    const one = stage.candidate('one');
    one.run();
    await one.leads();
    expect(stage.spec).toMatchObject({
      leaseTransitions: 4,
      acquireTime: '2020-01-01T00:00:00.000000Z',
      renewTime: '2025-06-15T15:06:40.123500Z',
    });
  });

  it.each([
    ['long ago', '1999-01-01T00:00:00.000000Z'],
    ['in a far future', '2099-01-01T00:00:00.000000Z'],
    ['at no time', undefined],
  ])(
    "waits for a Lease renewed %s by another's clock until it has seen it unchanged for its duration",
    async (_, renewTime) => {
      stage.server.store.put(leasePath, held('other', { renewTime }));
      const one = stage.candidate('one');
      one.run();
      await one.waits();
      for (let waited = 2; waited < 15; waited += 2) {
        await one.turn();
        expect(stage.holder).toBe('other');
      }
      one.clock.advance(2_000);
      await one.leads();
      expect(stage.spec).toMatchObject({ holderIdentity: 'one', leaseTransitions: 5 });
    },
  );

  it.each([
    ['the holder renewed it', held('other', { renewTime: '2020-01-01T00:00:02.000000Z' }), false],
    ['another took it', held('third', { leaseTransitions: 5 }), false],
    ['only its labels changed', held('other'), true],
  ])('counts from anew when %s', async (_, next, expires) => {
    stage.server.store.put(leasePath, held('other'));
    const one = stage.candidate('one');
    one.run();
    await one.waits();
    for (let turn = 0; turn < 6; turn += 1) await one.turn();
    stage.server.store.put(leasePath, { ...next, metadata: { labels: { some: 'label' } } });
    await one.turn();
    one.clock.advance(2_000);
    await (expires ? one.leads() : one.waits());
    expect(one.election.leading).toBe(expires);
  });

  it.each([
    ['its own 60 seconds', 60, 28],
    ['the default for want of any', null, 6],
    ['the default instead of nonsense', 0, 6],
  ])('gives the holder %s', async (_, leaseDurationSeconds, turns) => {
    stage.server.store.put(leasePath, held('other', { leaseDurationSeconds }));
    const one = stage.candidate('one');
    one.run();
    await one.waits();
    for (let turn = 0; turn < turns; turn += 1) await one.turn();
    expect(one.election.leading).toBe(false);
    one.clock.advance(4_000);
    await one.leads();
  });

  it('leaves a Lease that somebody deleted to whom it knows as its holder', async () => {
    stage.server.store.put(leasePath, held('other'));
    const one = stage.candidate('one');
    one.run();
    await one.waits();
    stage.server.store.remove(leasePath);
    for (let turn = 0; turn < 6; turn += 1) await one.turn();
    expect(one.election.leading).toBe(false);
    one.clock.advance(4_000);
    await one.leads();
  });

  it.each([
    ['POST', undefined],
    ['PUT', held('')],
  ])('leaves it to another who was quicker, seen by the conflict of a %s', async (_, before) => {
    if (before !== undefined) stage.server.store.put(leasePath, before);
    stage.server.faults.push((response, request) => {
      const { status: code, body } = stage.server.store.serve(request.method, request.url.pathname, '');
      json(response, code, body);
      stage.server.store.put(leasePath, held('other'));
    });
    const one = stage.candidate('one');
    one.run();
    await one.waits();
    expect(stage.holder).toBe('other');
    expect(stage.server.requests).toHaveLength(3);
    expect(one.log).toEqual(['info somebody else leads']);
  });

  it.each([
    ['500', refuse(500, 'InternalError')],
    ['403', refuse(403, 'Forbidden')],
    ['404 for the namespace', refuse(404, 'NotFound')],
    ['something that is no Lease', (response) => json(response, 200, { hello: 1 })],
    ['a Lease without a version', (response) => json(response, 200, { metadata: { name: 'controller' } })],
  ] as [string, Fault][])('tries again after %s, and complains once', async (_, fault) => {
    stage.server.outage = fault;
    const one = stage.candidate('one');
    one.run();
    await one.waits();
    await one.turn();
    await one.turn();
    stage.server.outage = undefined;
    one.clock.advance(2_000);
    await one.leads();
    expect(one.log).toHaveLength(2);
    expect(one.log[0]).toMatch(/^warn /);
  });
});

describe('leading', () => {
  async function leader(options = {}) {
    const one = stage.candidate('one', undefined, options);
    one.run();
    await one.leads();
    return one;
  }

  it('renews by one request every retry period', async () => {
    const one = await leader();
    for (let turn = 1; turn <= 10; turn += 1) {
      await one.turn();
      expect(stage.spec['renewTime']).toBe(
        `2025-06-15T15:0${turn < 10 ? 6 : 7}:${(40 + 2 * turn) % 60 || '00'}.123500Z`,
      );
    }
    expect(stage.spec).toMatchObject({
      acquireTime: '2025-06-15T15:06:40.123500Z',
      leaseTransitions: 0,
    });
    expect(stage.server.requests.slice(2)).toEqual(Array(10).fill(`PUT ${leasePath}`));
    expect(one.terms).toHaveLength(1);
  });

  it.each([
    ['early', 0, 1_600],
    ['late', 0.999_999, 2_400],
  ])('renews %s, as chance will have it', async (_, random, ms) => {
    const one = await leader({ random: () => random });
    expect(one.clock.pending[0]).toBeCloseTo(ms, 1);
  });

  it('goes on when only a label was changed by somebody else', async () => {
    const one = await leader();
    stage.server.store.put(leasePath, {
      ...stage.server.store.get(leasePath),
      metadata: { labels: { a: 'b' } },
    });
    await one.turn();
    expect(one.election.leading).toBe(true);
    expect(stage.server.requests.slice(2)).toEqual([
      `PUT ${leasePath}`,
      `GET ${leasePath}`,
      `PUT ${leasePath}`,
    ]);
  });

  it('goes on when the Lease was deleted', async () => {
    const one = await leader();
    stage.server.store.remove(leasePath);
    await one.turn();
    expect(one.election.leading).toBe(true);
    expect(stage.holder).toBe('one');
  });

  it('goes on when a renewal went through and its answer got lost', async () => {
    const one = await leader();
    stage.server.faults.push((response, { method, url, body }) => {
      stage.server.store.serve(method, url.pathname, body);
      response.socket?.destroy();
    });
    await one.turn();
    await one.turn();
    expect(one.election.leading).toBe(true);
    expect(stage.spec['renewTime']).toBe('2025-06-15T15:06:44.123500Z');
  });

  it('ends when another has the Lease, and follows', async () => {
    const one = await leader();
    stage.server.store.put(leasePath, held('other'));
    one.clock.advance(2_000);
    await eventually(() => one.terms[0]?.aborted === true);
    expect(one.election.leading).toBe(false);
    await one.waits();
    expect(stage.holder).toBe('other');
    expect(one.changes).toEqual([true, false]);
    expect(one.log).toContain('warn somebody else took the Lease');
  });

  it.each([
    ['500', refuse(500, 'InternalError')],
    ['429', refuse(429, 'TooManyRequests')],
    ['a lost connection', (response) => response.socket?.destroy()],
  ] as [string, Fault][])(
    'outlives %s for less than the deadline, and ends exactly there',
    async (_, fault) => {
      const one = await leader();
      for (const outage of [fault, undefined, fault]) {
        stage.server.outage = outage;
        for (let turn = 0; turn < 3; turn += 1) await one.turn();
        expect(one.election.leading).toBe(true);
      }
      await one.turn();
      // the last renewal was sent 8 seconds ago
      one.clock.advance(1_999);
      expect(one.terms[0]?.aborted).toBe(false);
      one.clock.advance(1);
      expect(one.terms[0]?.aborted).toBe(true);
      expect(stage.holder).toBe('one');
    },
  );

  it('counts the deadline from before the request, not from its answer', async () => {
    const one = stage.candidate('one');
    const answers: (() => void)[] = [];
    const late: Fault = (response, { method, url, body }) => {
      const { status: code, body: lease } = stage.server.store.serve(method, url.pathname, body);
      answers.push(() => json(response, code, lease));
    };
    stage.server.faults.push(refuse(404, 'NotFound'), late);
    one.run();
    await eventually(() => answers.length === 1);
    one.clock.advance(3_000);
    answers[0]?.();
    await one.leads();
    expect(one.clock.pending).toEqual([2_000, 7_000]);

    stage.server.faults.push(late, hang);
    one.clock.advance(2_000);
    await eventually(() => answers.length === 2);
    one.clock.advance(3_000);
    answers[1]?.();
    await eventually(() => stage.server.requests.length === 4);
    expect(one.clock.pending).toEqual([7_000]);
  });

  it('does not begin by an answer that comes too late', async () => {
    let answer = () => {};
    stage.server.faults.push(
      (response) => json(response, 404, status(404, 'NotFound')),
      (response, { method, url, body }) => {
        const made = stage.server.store.serve(method, url.pathname, body);
        answer = () => json(response, made.status, made.body);
      },
    );
    const one = stage.candidate('one');
    one.run();
    await eventually(() => stage.server.requests.length === 2 && stage.holder === 'one');
    one.clock.advance(10_000);
    answer();
    await one.leads();
    expect(stage.server.requests).toHaveLength(3);
    expect(stage.spec['renewTime']).toBe('2025-06-15T15:06:50.123500Z');
  });

  it('gives a request that hangs up soon enough to try again', async () => {
    const one = await leader();
    stage.server.faults.push(hang);
    one.clock.advance(2_000);
    await eventually(() => stage.server.requests.length === 3);
    one.clock.advance(3_334);
    one.requestClock.advance(3_334);
    await eventually(() => stage.server.requests.length === 4);
    await one.leads();
    expect(stage.spec['renewTime']).toBe('2025-06-15T15:06:45.457500Z');
  });

  it('ends at the deadline even while a request hangs', async () => {
    const one = await leader();
    stage.server.outage = hang;
    one.clock.advance(2_000);
    await eventually(() => stage.server.requests.length === 3);
    one.clock.advance(8_000);
    expect(one.terms[0]?.aborted).toBe(true);
  });

  it('is over when asked after a pause of the whole process, before any timer fires', async () => {
    const one = await leader();
    const asked: boolean[] = [];
    one.clock.after(2_000, () => asked.push(one.election.leading));
    one.clock.advance(60_000);
    expect(asked).toEqual([false]);
  });

  it.each([
    ['as long as the server asks', '3', 3_000],
    ['but not so long that the deadline passes', '3600', 5_000],
  ])('waits after 429 %s', async (_, seconds, ms) => {
    const one = await leader();
    stage.server.faults.push(refuse(429, 'TooManyRequests', { 'retry-after': seconds }));
    await one.turn();
    expect(one.clock.pending[0]).toBe(ms);
  });

  it('resumes its own Lease after the server was down for longer than the deadline', async () => {
    const one = await leader();
    const { port } = stage.server.http;
    await stage.server.http.stop();
    for (let turn = 0; turn < 4; turn += 1) await one.turn();
    one.clock.advance(2_000);
    await eventually(() => one.terms[0]?.aborted === true);
    await stage.server.http.start(port);
    await one.waits();
    one.clock.advance(2_000);
    await one.leads();
    expect(one.terms).toHaveLength(2);
    expect(one.changes).toEqual([true, false, true]);
  });
});

describe('several candidates', () => {
  it('take over from a leader that died, within lease and retry period', async () => {
    const one = stage.candidate('one', 1_750_000_000_000);
    const two = stage.candidate('two', 1_000_000);
    const three = stage.candidate('three', 4_000_000_000_000);
    one.run();
    await one.leads();
    two.run();
    three.run();
    await Promise.all([two.waits(), three.waits()]);
    for (let turn = 0; turn < 7; turn += 1) await Promise.all([two.turn(), three.turn()]);
    expect([two, three].some(({ election }) => election.leading)).toBe(false);
    two.clock.advance(2_000);
    await two.leads();
    await three.turn();
    expect(three.election.leading).toBe(false);
    expect(stage.holder).toBe('two');
    expect(two.clock.now() - 1_000_000).toBe(16_000);
  });

  it('hand over at once when the leader is told to stop, after its work has ended', async () => {
    const one = stage.candidate('one');
    const two = stage.candidate('two');
    const ending = Promise.withResolvers<void>();
    one.run(async (signal) => {
      await untilAborted(signal);
      await ending.promise;
    });
    await one.leads();
    two.run();
    await two.waits();
    one.abort();
    expect(one.terms[0]?.aborted).toBe(true);
    expect(one.changes).toEqual([true, false]);
    await two.turn();
    expect(stage.holder).toBe('one');
    ending.resolve();
    await one.stop();
    expect(stage.spec).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 });
    two.clock.advance(2_000);
    await two.leads();
    expect(stage.spec).toMatchObject({
      holderIdentity: 'two',
      leaseDurationSeconds: 15,
      leaseTransitions: 1,
    });
  });
});

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
    stage.server.faults.push(
      (response) => json(response, 404, status(404, 'NotFound')),
      (_, { method, url, body }) => stage.server.store.serve(method, url.pathname, body),
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
    stage.server.faults.push((response) => {
      meanwhile();
      json(response, 409, status(409, 'Conflict'));
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

describe('times', () => {
  it.each([
    ['a deadline as long as the lease', { leaseDurationMs: 10_000 }, 'or two may lead'],
    ['a retry period as long as the deadline', { retryPeriodMs: 9_000 }, 'shorter than the renew deadline'],
    ['no retry period', { retryPeriodMs: 0 }, 'must be more than 0'],
    ['no identity', { identity: '' }, 'needs an identity'],
  ])('with %s are refused', (_, options, message) => {
    expect(() => stage.candidate('one', 0, options)).toThrow(RangeError);
    expect(() => stage.candidate('one', 0, options)).toThrow(message);
  });
});
