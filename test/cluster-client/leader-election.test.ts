import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from './api-server.ts';
import { ElectionStage, held, leasePath, leases, untilAborted } from './election-stage.ts';
import { refuse } from './faults.ts';
import { json } from './http-server.ts';

let stage: ElectionStage;

beforeEach(async () => {
  stage = new ElectionStage();
  await stage.start();
});
afterEach(() => stage.stop());

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
