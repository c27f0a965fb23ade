import { describe, expect, it } from '@jest/globals';
import { FirstImports, measureImportWaits, type WaitEnding } from '../../src/admission/index.ts';
import { metricsRegistry } from '../../src/telemetry/index.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';
import { AAA, imageStream, StreamsFixture, type TagFixture } from './streams-fixture.ts';

const recorded = 'quay.io/org/app:1';
const pending = (tag: string): TagFixture => ({ tag });
const done = (tag: string): TagFixture => ({ tag, recorded, image: AAA });
const failed = (tag: string): TagFixture => ({ tag, importFailed: true });
const noted = (tag: string): TagFixture => ({ tag, recorded, image: '', reference: true });

function setUp(limits: { readonly most?: number; readonly mostPerNamespace?: number } = {}) {
  const streams = new StreamsFixture();
  const clock = new ManualClock();
  const imports = new FirstImports({ streams, clock, ...limits });
  const watch = (name: string, ...tags: readonly TagFixture[]) => streams.remember(imageStream(name, tags));
  return { streams, clock, imports, watch };
}

const app1 = { stream: 'app', tag: '1' };
const app2 = { stream: 'app', tag: '2' };
const db1 = { stream: 'db', tag: '1' };

/** What a wait has come to by now. */
async function stateOf(wait: Promise<WaitEnding>): Promise<WaitEnding | 'Waiting'> {
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([wait, Promise.resolve('Waiting' as const)]);
}

describe('waiting for first imports', () => {
  it('ends when the watch has brought every image, in whatever steps', async () => {
    const { imports, clock, watch } = setUp();
    watch('app', pending('1'), pending('2'));
    const wait = imports.wait('app', [app1, app2, db1]);
    watch('app', done('1'), pending('2'));
    watch('db', pending('1'));
    watch('other', done('1'));
    expect(await stateOf(wait)).toBe('Waiting');
    watch('db', done('1'));
    expect(await stateOf(wait)).toBe('Waiting');
    watch('app', done('1'), done('2'));
    expect(await wait).toBe('Imported');
    expect(clock.pending).toEqual([]);
    expect(imports.waiting).toBe(0);
  });

  it.each([
    ['failed', failed('1')],
    ['has only a reference', noted('1')],
  ])('ends when one of them %s and the others have come', async (_, tag) => {
    const { imports, watch } = setUp();
    const wait = imports.wait('app', [app1, app2]);
    watch('app', tag, pending('2'));
    expect(await stateOf(wait)).toBe('Waiting');
    watch('app', tag, done('2'));
    expect(await wait).toBe('Failed');
  });

  it('ends after two seconds', async () => {
    const { imports, clock, watch } = setUp();
    const wait = imports.wait('app', [app1]);
    watch('app', pending('1'));
    clock.advance(1_999);
    expect(await stateOf(wait)).toBe('Waiting');
    clock.advance(1);
    expect(await wait).toBe('TimedOut');
  });

  it('takes nothing from a stream or tag that is not there: memory may be behind', async () => {
    const { imports, streams, watch } = setUp();
    watch('app', pending('0'));
    const wait = imports.wait('app', [app1]);
    watch('app');
    streams.forget('app', 'app');
    expect(await stateOf(wait)).toBe('Waiting');
    watch('app', done('1'));
    expect(await wait).toBe('Imported');
  });

  it('is none when memory has the image already', async () => {
    const { imports, watch } = setUp();
    watch('app', done('1'));
    expect(await imports.wait('app', [app1])).toBe('Imported');
    expect(await imports.wait('app', [])).toBe('Imported');
  });

  it('is for streams of the same namespace', async () => {
    const { imports, streams } = setUp();
    const wait = imports.wait('app', [app1]);
    streams.remember(imageStream('app', [done('1')], { namespace: 'other' }));
    expect(await stateOf(wait)).toBe('Waiting');
    imports.drain();
    expect(await wait).toBe('Draining');
  });
});

describe('how many wait', () => {
  it('is bounded in the process and in each namespace, and whoever has waited makes room', async () => {
    const { imports, watch } = setUp({ most: 3, mostPerNamespace: 2 });
    const waits = [imports.wait('app', [app1]), imports.wait('app', [app1])];
    expect(await imports.wait('app', [app1])).toBe('TurnedAway');
    waits.push(imports.wait('b', [app1]));
    expect(await imports.wait('c', [app1])).toBe('TurnedAway');
    expect(imports.waiting).toBe(3);
    watch('app', done('1'));
    expect(await Promise.all(waits.slice(0, 2))).toEqual(['Imported', 'Imported']);
    expect(imports.waiting).toBe(1);
    expect(await stateOf(imports.wait('c', [app1]))).toBe('Waiting');
    imports.drain();
    expect(imports.waiting).toBe(2);
  });

  it('is 256 and 32 unless told', async () => {
    const { imports } = setUp();
    for (let count = 0; count < 256; count++) void imports.wait(`n${count % 8}`, [app1]);
    expect(imports.waiting).toBe(256);
    expect(await imports.wait('n0', [app1])).toBe('TurnedAway');
    expect(await imports.wait('another', [app1])).toBe('TurnedAway');
    imports.drain();
  });

  it('is none while the process ends', async () => {
    const { imports, clock } = setUp();
    const wait = imports.wait('app', [app1]);
    imports.drain();
    expect(await wait).toBe('Draining');
    expect(await imports.wait('app', [app1])).toBe('Draining');
    expect(clock.pending).toEqual([]);
  });
});

describe('the metrics of waiting', () => {
  it('count who waits, and how long it took by how it ended', async () => {
    const { imports, clock, watch } = setUp({ mostPerNamespace: 1 });
    const registry = metricsRegistry({ processMetrics: false });
    measureImportWaits(registry, imports);
    const wait = imports.wait('app', [app1]);
    await imports.wait('app', [app1]);
    expect(await registry.metrics()).toContain('imagestreams_admission_import_waiters 1\n');
    clock.advance(400);
    watch('app', done('1'));
    await wait;
    const text = await registry.metrics();
    expect(text).toContain('imagestreams_admission_import_waiters 0\n');
    expect(text).toContain('imagestreams_admission_import_wait_seconds_sum{result="Imported"} 0.4\n');
    expect(text).toContain('imagestreams_admission_import_wait_seconds_count{result="TurnedAway"} 1\n');
  });
});
