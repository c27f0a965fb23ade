import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from './api-server.ts';
import { ElectionStage, held, leasePath } from './election-stage.ts';
import { eventually } from './eventually.ts';
import { cut, hang, refuse } from './faults.ts';
import { json } from './http-server.ts';

let stage: ElectionStage;

beforeEach(async () => {
  stage = new ElectionStage();
  await stage.start();
});
afterEach(() => stage.stop());

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
    ['a lost connection', cut],
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
    stage.server.faults.push(refuse(404, 'NotFound'), (response, { method, url, body }) => {
      const made = stage.server.store.serve(method, url.pathname, body);
      answer = () => json(response, made.status, made.body);
    });
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
