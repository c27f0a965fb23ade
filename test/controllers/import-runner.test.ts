import { beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { ImportMetrics } from '../../src/controllers/import-metrics.ts';
import { ImportRunner } from '../../src/controllers/import-runner.ts';
import { type StreamName, streamName } from '../../src/controllers/stream-name.ts';
import type { TagImport } from '../../src/imagestream/index.ts';
import { RegistryError } from '../../src/registry/index.ts';
import { metricsRegistry } from '../../src/telemetry/index.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';

interface Asked {
  readonly stream: string;
  readonly tag: string;
  readonly generation: number;
  readonly signal: AbortSignal;
  readonly answer: PromiseWithResolvers<{ image: string; reference: string }>;
}

let asked: Asked[];
let results: string[];
let clock: ManualClock;
let runner: ImportRunner;

beforeEach(() => {
  asked = [];
  results = [];
  clock = new ManualClock();
  runner = new ImportRunner({
    importer: {
      find: (stream, { tag, generation }, _, signal) => {
        const answer = Promise.withResolvers<{ image: string; reference: string }>();
        signal.addEventListener('abort', () => answer.reject(signal.reason));
        asked.push({ stream: stream.key, tag, generation, signal, answer });
        return answer.promise;
      },
      tags: () => Promise.reject(new RegistryError('ServerError', 'no list')),
    },
    parallel: 8,
    clock,
    random: () => 0,
    logger: pino({ level: 'silent' }),
    metrics: new ImportMetrics(metricsRegistry({ processMetrics: false })),
    onResult: ({ key }) => results.push(key),
  });
});

const start = (stream: StreamName, tag: string, generation = 1, uid = 'uid') =>
  runner.start(stream, runner.of(stream, uid), request(tag, generation), '');

function request(tag: string, generation: number): TagImport {
  return {
    tag,
    generation,
    from: `quay.io/a/b:${tag}`,
    insecure: false,
    mode: 'PreserveOriginal',
    platform: { architecture: '', os: '' },
    cause: 'Requested',
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

const tarpit = streamName('evil/tarpit');
const other = streamName('other/app');

describe('running imports', () => {
  it('leaves places to others, however much one namespace asks for', async () => {
    for (let tag = 0; tag < 100; tag += 1) start(tarpit, String(tag));
    start(other, '1');
    await settled();
    expect(asked.map(({ stream }) => stream)).toEqual(['evil/tarpit', 'other/app']);
  });

  it('keeps at most one import of a tag, however often it is asked for anew', async () => {
    for (let generation = 1; generation <= 50; generation += 1) {
      for (let tag = 0; tag < 20; tag += 1) start(tarpit, String(tag), generation);
      await settled();
    }
    expect(runner.waiting).toBe(19);
    expect(asked.slice(0, -1).every(({ signal }) => signal.aborted)).toBe(true);
    expect(asked.at(-1)?.generation).toBe(50);
  });

  it('gives up what a stream that is gone had asked for, and frees the place', async () => {
    for (let tag = 0; tag < 20; tag += 1) start(tarpit, String(tag));
    await settled();
    runner.forget(tarpit);
    await settled();
    expect([runner.waiting, asked.every(({ signal }) => signal.aborted)]).toEqual([0, true]);
    start(streamName('evil/next'), '1');
    await settled();
    expect(asked.at(-1)?.stream).toBe('evil/next');
  });

  it('takes a stream of the same name that was created anew for another', async () => {
    start(other, '1');
    await settled();
    asked[0]?.answer.resolve({ image: 'sha256:a', reference: 'quay.io/a/b@sha256:a' });
    await settled();
    expect(start(other, '1')).toBe(clock.now() + 5_000);
    expect(start(other, '1', 1, 'another uid')).toBeUndefined();
    await settled();
    expect([asked.length, runner.of(other, 'another uid').take().results]).toEqual([2, []]);
  });

  it('begins nothing after the end, and hands nothing over', async () => {
    for (let tag = 0; tag < 20; tag += 1) start(tarpit, String(tag));
    await settled();
    const before = asked.length;
    runner.stop();
    await settled();
    start(other, '1');
    await settled();
    expect([asked.length, runner.waiting]).toEqual([before, 0]);
  });

  it('tells a failure in the words of the registry, and one of its own not at all', async () => {
    start(other, '1');
    start(streamName('third/app'), '1');
    await settled();
    asked[0]?.answer.reject(new RegistryError('NotFound', 'it is not there'));
    asked[1]?.answer.reject(new TypeError('a slip'));
    await settled();
    expect(results.toSorted()).toEqual(['other/app', 'third/app']);
    const outcomes = (stream: StreamName) =>
      runner
        .of(stream, 'uid')
        .take()
        .results.map((each) => each.outcome);
    expect(outcomes(other)).toEqual([{ kind: 'Failed', reason: 'NotFound', message: 'it is not there' }]);
    expect(outcomes(streamName('third/app'))).toEqual([]);
  });

  it('hands over why a repository could not be listed, and asks again a minute later at the soonest', async () => {
    const repository = { repository: 'quay.io/a/b', insecure: false, mode: 'Legacy' } as const;
    const attempts = runner.of(other, 'uid');
    runner.startRepository(other, attempts, repository);
    await settled();
    expect(attempts.take().repository?.outcome).toMatchObject({ kind: 'Failed', reason: 'ServerError' });
    expect(runner.startRepository(other, attempts, repository)).toBe(clock.now() + 30_000);
  });
});
