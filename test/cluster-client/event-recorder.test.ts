import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectEvent, ObjectReference } from '../../src/cluster/index.ts';
import { EventStage, failed, stream } from './event-stage.ts';
import { eventually } from './eventually.ts';

const minute = 60_000;
let stage: EventStage;

beforeEach(async () => {
  stage = new EventStage();
  await stage.start();
});
afterEach(() => stage.stop());

describe('an Event', () => {
  it('has all that events.k8s.io/v1 asks for, and nothing else', async () => {
    stage.record(failed);
    await stage.settled(1);
    expect(stage.events()).toEqual([
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: {
          namespace: 'ns',
          name: 'keycloak.18493fba6c4b75e0',
          uid: expect.anything(),
          resourceVersion: expect.anything(),
        },
        eventTime: '2025-06-15T15:06:40.123500Z',
        reportingController: 'imagestreams.io/controller',
        reportingInstance: 'controller-0',
        regarding: stream,
        type: 'Warning',
        reason: 'ImportFailed',
        action: 'Import',
        note: 'Tag 20 could not be imported.',
      },
    ]);
    expect(stage.server.requests).toEqual(['POST /apis/events.k8s.io/v1/namespaces/ns/events']);
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
  ])('of an object whose namespace is %s is kept in default', async (_, namespace) => {
    stage.record({ ...failed, regarding: { ...stream, namespace } });
    await stage.settled(1);
    expect(stage.events('default')).toHaveLength(1);
  });

  it.each([
    ['a short one', 'short', 'short'],
    ['one of 1024 bytes', 'x'.repeat(1_024), 'x'.repeat(1_024)],
    ['one of 1025 bytes', 'x'.repeat(1_025), `${'x'.repeat(1_021)}…`],
    ['one of long characters', '€'.repeat(400), `${'€'.repeat(340)}…`],
    ['one of very long characters', `x${'😀'.repeat(300)}`, `x${'😀'.repeat(255)}…`],
    ['an empty one', '', ''],
  ])('keeps of a note, %s, what fits into 1024 bytes', async (_, note, kept) => {
    stage.record({ ...failed, note });
    await stage.settled(1);
    expect(stage.events()[0]?.['note']).toBe(kept);
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(1_024);
  });

  it('keeps 128 bytes of reason and action', async () => {
    stage.record({ ...failed, reason: 'R'.repeat(200), action: 'ä'.repeat(65) });
    await stage.settled(1);
    expect(stage.events()[0]).toMatchObject({ reason: 'R'.repeat(128), action: 'ä'.repeat(64) });
  });
});

describe('the same event again', () => {
  it('becomes a series of the first, shown at the first repetition', async () => {
    stage.record(failed);
    await stage.settled(1);
    stage.clock.advance(1_500);
    stage.record(failed);
    await stage.settled(2);
    expect(stage.events()).toHaveLength(1);
    expect(stage.events()[0]).toMatchObject({
      eventTime: '2025-06-15T15:06:40.123500Z',
      series: { count: 2, lastObservedTime: '2025-06-15T15:06:41.623500Z' },
    });
    expect(stage.server.http.requests[1]).toMatchObject({
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: '{"series":{"count":2,"lastObservedTime":"2025-06-15T15:06:41.623500Z"}}',
    });
  });

  it('is written at most once in five minutes then, and at the end of the series', async () => {
    for (let second = 0; second < 700; second += 1) {
      stage.record(failed);
      const writes = second < 2 ? second + 1 : second < 360 ? 2 : second < 660 ? 3 : 4;
      await stage.settled(writes);
      expect(stage.outcomes).toHaveLength(writes);
      stage.clock.advance(1_000);
    }
    expect(stage.verbs).toBe('POST PATCH PATCH PATCH');
    expect(stage.events()[0]?.['series']).toMatchObject({ count: 661 });
    stage.clock.advance(5 * minute);
    stage.clock.advance(minute);
    stage.clock.advance(minute);
    await stage.settled(5);
    expect(stage.events()).toHaveLength(1);
    expect(stage.events()[0]?.['series']).toEqual({
      count: 700,
      lastObservedTime: '2025-06-15T15:18:19.123500Z',
    });
    expect(stage.clock.pending).toEqual([]);
  });

  it('is one request when it comes before the first is written', async () => {
    stage.record(failed, failed, failed);
    await stage.settled(1);
    expect(stage.verbs).toBe('POST');
    expect(stage.events()[0]).toMatchObject({ series: { count: 3 } });
  });

  it.each([
    ['within six minutes of its last time', 6 * minute - 1, 1],
    ['later', 6 * minute, 2],
  ])('%s: %d ms', async (_, ms, events) => {
    stage.record(failed);
    await stage.settled(1);
    stage.clock.advance(ms);
    stage.record(failed);
    await stage.settled(2);
    expect(stage.events()).toHaveLength(events);
    expect(new Set(stage.events().map(({ metadata }) => metadata.name)).size).toBe(events);
  });

  it.each([
    ['another object', { regarding: { ...stream, name: 'other' } }, 2],
    ['another life of the object', { regarding: { ...stream, uid: 'u-2' } }, 2],
    ['another namespace', { regarding: { ...stream, namespace: 'elsewhere' } }, 1],
    ['another kind', { regarding: { ...stream, kind: 'Pod' } }, 2],
    ['another field', { regarding: { ...stream, fieldPath: 'spec.tags[1]' } }, 2],
    ['another type', { type: 'Normal' }, 2],
    ['another reason', { reason: 'TagMoved' }, 2],
    ['another action', { action: 'Follow' }, 2],
    ['another note', { note: 'Tag 21 could not be imported.' }, 2],
    ['another version of the object', { regarding: { ...stream, resourceVersion: '7' } }, 1],
  ] as [string, Partial<ObjectEvent>, number][])('is told from one with %s', async (_, other, events) => {
    stage.record(failed, { ...failed, ...other });
    await stage.settled(events);
    expect(stage.events()).toHaveLength(events);
  });

  it('is made anew when the Event has vanished', async () => {
    stage.record(failed);
    await stage.settled(1);
    const [{ metadata } = { metadata: undefined }] = stage.events();
    stage.server.store.remove(`/apis/events.k8s.io/v1/namespaces/ns/events/${metadata?.name}`);
    stage.record(failed);
    await stage.settled(2);
    expect(stage.verbs).toBe('POST PATCH POST');
    expect(stage.events()).toMatchObject([{ metadata: { name: metadata?.name }, series: { count: 2 } }]);
  });

  it('is patched when it exists already, made by a request whose answer got lost', async () => {
    stage.server.faults.push((response, { method, url, body }) => {
      stage.server.store.serve(method, url.pathname, body);
      response.socket?.destroy();
    });
    stage.record(failed);
    await eventually(() => stage.server.requests.length === 1 && stage.clock.pending.length === 2);
    stage.record(failed);
    stage.clock.advance(1_000);
    await stage.settled(1);
    expect(stage.verbs).toBe('POST POST PATCH');
    expect(stage.events()).toMatchObject([{ series: { count: 2 } }]);
  });
});

describe('different events', () => {
  const noted = (note: string, regarding: ObjectReference = stream) => ({ ...failed, note, regarding });

  it('about one object: 25 at once, then one in five minutes', async () => {
    for (let i = 0; i < 40; i += 1) stage.record(noted(`note ${i}`));
    stage.record(noted('of another', { ...stream, name: 'other', uid: 'u-2' }));
    await stage.settled(41);
    expect(stage.events()).toHaveLength(26);
    expect(stage.outcomes.filter((outcome) => outcome === 'Throttled')).toHaveLength(15);
    stage.clock.advance(5 * minute);
    stage.record(noted('later'), noted('too soon'));
    await stage.settled(43);
    expect(stage.events().map(({ note }) => note)).toContain('later');
    expect(stage.events().map(({ note }) => note)).not.toContain('too soon');
  });

  it('repetitions are counted though others are left out', async () => {
    for (let i = 0; i < 40; i += 1) stage.record(noted(`note ${i}`));
    await stage.settled(40);
    stage.record(noted('note 3'));
    await stage.settled(41);
    expect(stage.events()[3]).toMatchObject({ note: 'note 3', series: { count: 2 } });
  });

  it.each([
    ['10,000 objects', (i: number) => ({ ...stream, name: `stream-${i}`, uid: `u-${i}` })],
    ['one object', () => stream],
  ])('10,000 of them about %s stay within bounds', async (_, regarding) => {
    const before = stage.outcomes.length;
    for (let i = 0; i < 10_000; i += 1) stage.record(noted(`note ${i}`, regarding(i)));
    // nothing is written before the caller is done
    expect(stage.server.requests).toEqual([]);
    const dropped = stage.outcomes.length - before;
    await stage.settled(10_000);
    expect(dropped).toBe(10_000 - stage.events().length);
    expect(stage.events().length).toBeLessThanOrEqual(2_048);
    expect(stage.log.length).toBeLessThanOrEqual(1);
  });
});
