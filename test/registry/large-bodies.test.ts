import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { defaultRegistrySettings, type RegistrySettings } from '../../src/registry/index.ts';
import { LargeBodies } from '../../src/registry/large-bodies.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';
import type { FakeRegistry } from './fake-registry.ts';
import { image, type StoredManifest, stored, types } from './images.ts';
import { errorOf, find, Stage } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const never = new AbortController().signal;
const small = image('small');
const large = stored(types.ociImage, {
  schemaVersion: 2,
  config: {},
  layers: [],
  filler: 'x'.repeat(1_000_000),
});
const { limits, timeouts } = defaultRegistrySettings;

describe('room for large bodies', () => {
  /** Takes room, and notes it. */
  function taking(bodies: LargeBodies, log: string[]) {
    return (name: string, bytes: number, signal = never) =>
      bodies.take(name.slice(0, 1), bytes, signal).then((release) => {
        log.push(name);
        return release;
      });
  }

  it('is a quarter of all for one host, and what others wait for is not held up by it', async () => {
    const log: string[] = [];
    const take = taking(new LargeBodies(400), log);
    const first = await take('a1', 60);
    const waiting = [take('a2', 50), take('a3', 40)];
    await take('b1', 100);
    expect(log).toEqual(['a1', 'b1']);
    first();
    await Promise.all(waiting);
    expect(log).toEqual(['a1', 'b1', 'a2', 'a3']);
  });

  it('is given in the order of asking, so that a small body passes no larger one', async () => {
    const log: string[] = [];
    const take = taking(new LargeBodies(400), log);
    const [a, b] = [await take('a1', 100), await take('b1', 100)];
    await take('c1', 100);
    await take('d1', 60);
    const larger = take('e1', 100);
    const smaller = take('f1', 30);
    await Promise.resolve();
    expect(log).toEqual(['a1', 'b1', 'c1', 'd1']);
    a();
    await larger;
    await smaller;
    b();
    expect(log).toEqual(['a1', 'b1', 'c1', 'd1', 'e1', 'f1']);
  });

  it('that somebody gives up waiting for is for the next', async () => {
    const log: string[] = [];
    const take = taking(new LargeBodies(400), log);
    for (const name of ['a1', 'b1', 'c1']) await take(name, 100);
    await take('d1', 60);
    const abort = new AbortController();
    const given = take('e1', 100, abort.signal);
    const next = take('f1', 30);
    abort.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await next;
    await expect(take('g1', 1, abort.signal)).rejects.toThrow('enough');
  });

  it('is had in the end by a body that is larger than the share', async () => {
    const bodies = new LargeBodies(400);
    const release = await bodies.take('a', 1_000, never);
    const next = bodies.take('a', 1_000, never);
    release();
    await next;
  });
});

/** Sends the first part of a manifest, and the rest when told. */
function holding(registry: FakeRegistry, { type, body, digest }: StoredManifest) {
  const held: ServerResponse[] = [];
  registry.faults.push(({ method, url }, response) => {
    if (method !== 'GET' || !url.pathname.endsWith(digest)) return false;
    response.writeHead(200, { 'content-type': type }).write(body.subarray(0, 900_000));
    held.push(response);
    return true;
  });
  return {
    held,
    release: () => {
      registry.faults.length = 0;
      for (const response of held) response.end(body.subarray(900_000));
    },
  };
}

async function registryWithBoth(): Promise<FakeRegistry> {
  const registry = await stage.registry();
  registry.push('app', 'large', large);
  registry.push('app', 'small', small);
  return registry;
}

/** With room for one large body, on a clock that stands still. */
function crowded(more: Partial<RegistrySettings['timeouts']> = {}) {
  const clock = new ManualClock();
  const client = stage.client({
    clock,
    limits: { ...limits, bodiesBytes: 1_000_000 },
    timeouts: { ...timeouts, ...more },
  });
  /** A question that reads has timers for itself, its request, and the next piece; one that waits for room has no third. */
  const oneWaits = () => eventually(() => clock.pending.length === 5);
  const oneReads = () => eventually(() => clock.pending.length === 3);
  return { clock, client, oneWaits, oneReads };
}

describe('large answers', () => {
  it('wait for each other, and never hinder small ones', async () => {
    const registry = await registryWithBoth();
    const { held, release } = holding(registry, large);
    const client = stage.client({ limits: { ...limits, bodiesBytes: 1_000_000 } });
    const question = (tag: string) => find(client, `${registry.host}/app:${tag}`);
    const questions = [question('large'), question('large')];
    await eventually(() => held.length === 2);
    expect((await question('small')).image).toBe(small.digest);
    release();
    const images = (await Promise.all(questions)).map((each) => each.image);
    expect(images).toEqual([large.digest, large.digest]);
    expect((await question('large')).image).toBe(large.digest);
  });

  it('of a host that sends slowly hold up that host alone', async () => {
    const [tarpit, other] = [await registryWithBoth(), await registryWithBoth()];
    const { held, release } = holding(tarpit, large);
    const client = stage.client({
      limits: { ...limits, bodiesBytes: 8_000_000 },
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    const slow = Array.from({ length: 16 }, () =>
      find(client, `tarpit.example:${tarpit.server.port}/app:large`),
    );
    await eventually(() => held.length === 16);
    expect((await find(client, `${other.host}/app:large`)).image).toBe(large.digest);
    release();
    await Promise.all(slow);
  });

  it.each([
    ['while they wait', 61_000, 0],
    ['after they have waited for long', 59_000, 2_000],
  ])('whose time is over %s are not said to be the fault of the registry', async (_, first, second) => {
    const registry = await registryWithBoth();
    const { held } = holding(registry, large);
    const { clock, client, oneReads, oneWaits } = crowded({ idleMs: 20_000 });
    const spec = `${registry.host}/app:large`;
    const holder = errorOf(find(client, spec));
    await eventually(() => held.length === 1);
    await oneReads();
    clock.advance(1_000);
    const waiting = errorOf(find(client, spec));
    await eventually(() => held.length === 2);
    await oneWaits();
    clock.advance(first);
    expect((await holder).code).toBe('Timeout');
    if (second > 0) {
      await oneReads();
      clock.advance(second);
    }
    const { code, message } = await waiting;
    expect([code, message]).toEqual([
      'TooManyRequests',
      `the controller is busy reading large answers; "${spec}" is tried again later`,
    ]);
  });

  it('that wait end when nobody wants them any more', async () => {
    const registry = await registryWithBoth();
    const { held, release } = holding(registry, large);
    const { client, oneReads, oneWaits } = crowded();
    const spec = `${registry.host}/app:large`;
    const holder = find(client, spec);
    await eventually(() => held.length === 1);
    await oneReads();
    const abort = new AbortController();
    const waiting = find(client, spec, {}, undefined, abort.signal);
    await eventually(() => held.length === 2);
    await oneWaits();
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    release();
    expect((await holder).image).toBe(large.digest);
  });

  it.each([
    ['large', large, 'Timeout'],
    ['small', small, undefined],
  ])('must come at a least rate: a slow %s one', async (tag, manifest, code) => {
    const registry = await registryWithBoth();
    registry.faults.push(({ method }, response) => {
      if (method !== 'GET') return false;
      const { type, body } = manifest;
      const half = body.length / 2;
      response.writeHead(200, { 'content-type': type, 'content-length': body.length });
      response.write(body.subarray(0, half));
      const finish = setTimeout(() => response.end(body.subarray(half)), 100);
      response.on('close', () => clearTimeout(finish));
      return true;
    });
    const client = stage.client({
      timeouts: { ...timeouts, slowMs: 50 },
      limits: { ...limits, bytesPerSecond: 100_000_000 },
    });
    const question = find(client, `${registry.host}/app:${tag}`);
    if (code === undefined) expect((await question).image).toBe(manifest.digest);
    else {
      const error = await errorOf(question);
      expect([error.code, error.message]).toEqual([code, expect.stringContaining('a large answer in time')]);
    }
  });
});
