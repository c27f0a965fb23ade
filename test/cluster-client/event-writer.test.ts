import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from './api-server.ts';
import { EventStage, failed, start, stream } from './event-stage.ts';
import { eventually } from './eventually.ts';
import { cut, hang, refuse } from './faults.ts';

let stage: EventStage;

beforeEach(async () => {
  stage = new EventStage();
  await stage.start();
});
afterEach(() => stage.stop());

const about = (name: string) => ({ ...failed, regarding: { ...stream, name, uid: name } });

/** Lets the waits of a writer pass until something has become of its Event. */
async function outlast(outcomes = 1): Promise<void> {
  await eventually(() => {
    if (stage.requestClock.pending.length > 0 || stage.outcomes.length >= outcomes) {
      return stage.outcomes.length >= outcomes;
    }
    const [next = 0] = stage.clock.pending;
    if (next > 0 && next < 60_000) stage.clock.advance(next);
    return false;
  });
}

describe('an Event that cannot be written', () => {
  it.each([
    ['429', refuse(429, 'TooManyRequests')],
    ['500', refuse(500, 'InternalError')],
    ['503', refuse(503, 'ServiceUnavailable')],
    ['401', refuse(401, 'Unauthorized')],
    ['a lost connection', cut],
  ] as [string, Fault][])('for %s is tried again', async (_, fault) => {
    stage.server.faults.push(fault, fault);
    stage.record(failed);
    await outlast();
    expect(stage.outcomes).toEqual(['Written']);
    expect(stage.events()).toHaveLength(1);
    expect(stage.log).toEqual([]);
  });

  it.each([
    ['403', refuse(403, 'Forbidden'), 'Forbidden'],
    ['404', refuse(404, 'NotFound'), 'NotFound'],
    ['413', refuse(413, 'RequestEntityTooLarge'), 'TooLarge'],
    ['422', refuse(422, 'Invalid'), 'Invalid'],
    ['no JSON', (response) => response.end('hello'), 'BadResponse'],
  ] as [string, Fault, string][])('for %s is dropped at once', async (_, fault, code) => {
    stage.server.faults.push(fault);
    stage.record(failed);
    await stage.settled(1);
    expect(stage.outcomes).toEqual(['Failed']);
    expect(stage.server.requests).toHaveLength(1);
    expect(stage.log).toMatchObject([{ code, reason: 'ImportFailed', object: 'ImageStream/ns/keycloak' }]);
    expect(stage.log[0]?.msg).toMatch(/^An Event is dropped: The /);
  });

  it('is dropped after ten attempts in about a minute', async () => {
    stage.server.outage = refuse(500, 'InternalError');
    const begun = stage.clock.now();
    stage.record(failed);
    await outlast();
    expect(stage.outcomes).toEqual(['Failed']);
    expect(stage.server.requests).toHaveLength(10);
    expect(stage.clock.now() - begun).toBeGreaterThan(45_000);
    expect(stage.clock.now() - begun).toBeLessThan(90_000);
  });

  it('gives a request that hangs up in time', async () => {
    stage.server.faults.push(hang);
    stage.record(failed);
    await eventually(() => stage.server.requests.length === 1);
    stage.requestClock.advance(10_000);
    await outlast();
    expect(stage.events()).toHaveLength(1);
  });

  it('waits as long as the server asks, up to a quarter of a minute', async () => {
    for (const [seconds, ms] of [
      ['3', 3_000],
      ['3600', 15_000],
    ] as const) {
      stage.server.faults.push(refuse(429, 'TooManyRequests', { 'retry-after': seconds }));
      stage.record(about(`asks-${seconds}`));
      await eventually(() => stage.clock.pending.length === 2);
      expect(stage.clock.pending[0]).toBe(ms);
      stage.clock.advance(ms);
      await stage.settled(stage.outcomes.length + 1);
    }
  });

  it('is complained about once for each cause in five minutes', async () => {
    const forbidden = refuse(403, 'Forbidden');
    const invalid = refuse(422, 'Invalid');
    stage.server.faults.push(forbidden, forbidden, invalid, forbidden);
    for (const name of ['a', 'b', 'c', 'd', 'fine']) stage.record(about(name));
    await stage.settled(5);
    expect(stage.log.map(({ code }) => code)).toEqual(['Forbidden', 'Invalid']);
    stage.clock.advance(300_000);
    stage.server.faults.push(forbidden, forbidden);
    stage.record(about('e'), about('f'));
    await stage.settled(7);
    expect(stage.log.map(({ code }) => code)).toEqual(['Forbidden', 'Invalid', 'Forbidden']);
  });

  it('is made by its next repetition', async () => {
    stage.server.faults.push(refuse(403, 'Forbidden'));
    stage.record(failed);
    await stage.settled(1);
    stage.record(failed);
    await stage.settled(2);
    expect(stage.events()).toMatchObject([{ series: { count: 2 } }]);
  });

  it('does not keep others waiting beyond its attempts, and none of them is lost within the queue', async () => {
    stage.server.outage = cut;
    for (let i = 0; i < 20; i += 1) stage.record(about(`object-${i}`));
    await outlast();
    stage.server.outage = undefined;
    await outlast(20);
    expect(stage.events()).toHaveLength(19);
  });
});

describe('a hook that fails', () => {
  it('stops nobody', async () => {
    const other = new EventStage();
    const outcomes: string[] = [];
    await other.start({
      burst: 1,
      onOutcome: (outcome) => {
        outcomes.push(outcome);
        throw new Error('bad hook');
      },
    });
    other.record(failed, { ...failed, note: 'another' }, about('other'));
    await eventually(() => outcomes.length === 3);
    expect(outcomes).toEqual(['Throttled', 'Written', 'Written']);
    await other.stop();
  });
});

describe('closing', () => {
  it('writes what waits and what was not yet told of series, then nothing more', async () => {
    stage.record(failed, failed);
    await stage.settled(1);
    stage.record(failed, failed, about('other'));
    await stage.recorder.close();
    expect(stage.events()).toMatchObject([{ series: { count: 4 } }, { regarding: { name: 'other' } }]);
    expect(stage.clock.pending).toEqual([]);
    stage.record(about('late'));
    await stage.recorder.close();
    expect(stage.server.requests).toHaveLength(3);
  });

  it.each([
    ['hangs', hang],
    ['refuses', refuse(500, 'InternalError')],
  ] as [string, Fault][])('ends in time when the server %s', async (_, fault) => {
    stage.server.outage = fault;
    for (let i = 0; i < 20; i += 1) stage.record(about(`object-${i}`));
    const closed = stage.recorder.close();
    await eventually(() => stage.server.requests.length === 1);
    stage.clock.advance(4_999);
    const first = await Promise.race([closed.then(() => 'closed'), Promise.resolve('waiting')]);
    expect(first).toBe('waiting');
    stage.clock.advance(1);
    await closed;
    expect(stage.log.at(-1)).toMatchObject({
      msg: 'Events are lost: there was no time to write them',
      events: 19,
    });
    expect(stage.clock.pending).toEqual([]);
    expect(stage.requestClock.pending).toEqual([]);
  });

  it('of one that never recorded anything makes no request', async () => {
    await stage.recorder.close();
    expect(stage.server.requests).toEqual([]);
  });
});

describe('while there is more urgent work', () => {
  let busy = true;
  const written = (events: number) => eventually(() => stage.events().length === events);

  beforeEach(async () => {
    busy = true;
    await stage.stop();
    stage = new EventStage();
    await stage.start({ busy: () => busy, maxQueued: 10, maxYieldMs: 1_000 });
  });

  it('Events wait until it is done', async () => {
    for (const name of ['a', 'b', 'c']) stage.record(about(name));
    await eventually(() => stage.clock.pending.length > 1);
    stage.clock.advance(500);
    await eventually(() => stage.clock.pending.length > 1);
    expect(stage.events()).toEqual([]);
    busy = false;
    stage.clock.advance(100);
    await written(3);
  });

  it('they wait for a while only', async () => {
    stage.record(about('a'));
    await outlast();
    expect(stage.clock.now() - start).toBeGreaterThanOrEqual(1_000);
    stage.record(about('b'));
    await written(2);
  });

  it('no more than half of those wait that may', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) stage.record(about(name));
    await written(1);
  });

  it('they are written all the same when all ends', async () => {
    for (const name of ['a', 'b', 'c']) stage.record(about(name));
    await eventually(() => stage.clock.pending.length > 1);
    const closed = stage.recorder.close();
    stage.clock.advance(100);
    await closed;
    expect(stage.events()).toHaveLength(3);
  });
});
