import { afterEach, describe, expect, it } from '@jest/globals';
import { pullsLeft, retryAfterMs } from '../../src/registry/retry-after.ts';
import { HostTurns, Turns } from '../../src/registry/turns.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';
import { image } from './images.ts';
import { credentialsFor, errorOf, find, password, Stage, systemClock } from './stage.ts';

const stage = new Stage();
afterEach(() => stage.close());

const [one, two] = [image('one'), image('two')];
const now = Date.UTC(2026, 0, 1);

describe('Retry-After', () => {
  it.each([
    [undefined, undefined],
    ['120', 120_000],
    [' 7 ', 7_000],
    ['0', 1_000],
    ['999999', 21_600_000],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120_000],
    ['Thu, 01 Jan 2020 00:00:00 GMT', 1_000],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 21_600_000],
    ['soon', undefined],
    ['', undefined],
  ])('%j is %p ms', (value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });
});

describe('ratelimit-remaining', () => {
  it.each([
    [undefined, undefined],
    ['76;w=21600', { left: 76, windowMs: 21_600_000 }],
    ['0;w=21600', { left: 0, windowMs: 21_600_000 }],
    ['0', { left: 0, windowMs: 0 }],
    ['none', undefined],
  ])('%j is %p', (value, expected) => {
    expect(pullsLeft(value)).toEqual(expected);
  });
});

describe('a registry that asks to wait', () => {
  let offset = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + offset };

  async function busyRegistry(headers: object = { 'retry-after': '120' }) {
    offset = 0;
    const registry = await stage.registry();
    registry.push('app', '1', one);
    registry.faults.push(({ headers: sent }, response) => {
      if (sent.authorization === undefined) response.writeHead(429, { ...headers }).end('canary');
      return sent.authorization === undefined;
    });
    return { registry, client: stage.client({ clock }), spec: `${registry.host}/app:1` };
  }

  it('is left alone until then', async () => {
    const { registry, client, spec } = await busyRegistry();
    const first = await errorOf(find(client, spec));
    expect([first.code, first.retryAfterMs]).toEqual(['TooManyRequests', 120_000]);
    const asked = registry.asked.length;
    const second = await errorOf(find(client, spec));
    expect(second.code).toBe('TooManyRequests');
    expect(second.retryAfterMs).toBeGreaterThan(110_000);
    expect(second.retryAfterMs).toBeLessThanOrEqual(120_000);
    expect(registry.asked).toHaveLength(asked);
    const until = client.blockedUntil(registry.host) ?? 0;
    expect(Math.abs(until - clock.now() - 120_000)).toBeLessThan(5_000);
    registry.faults.length = 0;
    offset = 121_000;
    expect(client.blockedUntil(registry.host)).toBeUndefined();
    expect((await find(client, spec)).image).toBe(one.digest);
  });

  it('without saying how long is left alone for a minute', async () => {
    const { client, spec, registry } = await busyRegistry({});
    await errorOf(find(client, spec));
    expect((await errorOf(find(client, spec))).retryAfterMs).toBeGreaterThan(50_000);
    registry.faults.length = 0;
    offset = 61_000;
    expect((await find(client, spec)).image).toBe(one.digest);
  });

  it('asks only those to wait who asked too often', async () => {
    const { registry, client, spec } = await busyRegistry();
    registry.access = { kind: 'Basic', users: { ann: 'right' } };
    const credentials = credentialsFor({ [registry.host]: password('ann', 'right') });
    registry.faults.unshift(({ headers }, response) => {
      if (headers.authorization !== undefined) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    });
    expect((await find(client, spec, {}, credentials)).image).toBe(one.digest);
    registry.faults.shift();
    expect((await errorOf(find(client, spec))).code).toBe('TooManyRequests');
    expect((await find(client, spec, {}, credentials)).image).toBe(one.digest);
  });

  it('of others is asked', async () => {
    const { client, spec } = await busyRegistry();
    const other = await stage.registry();
    other.push('app', '1', one);
    await errorOf(find(client, spec));
    expect((await find(client, `${other.host}/app:1`)).image).toBe(one.digest);
    expect(client.blockedUntil(other.host)).toBeUndefined();
  });

  it('about an insecure tag, is asked for a secure one', async () => {
    const { client, spec } = await busyRegistry();
    await errorOf(find(client, spec));
    expect((await errorOf(find(client, spec, { insecure: false }))).code).toBe('Unreachable');
  });
});

describe('a registry with no pulls left', () => {
  it('is asked for digests and not for manifests, until it has some', async () => {
    const registry = await stage.registry();
    registry.push('app', '1', one);
    let left = '1;w=21600';
    registry.faults.push((_, response) => {
      response.setHeader('ratelimit-remaining', left);
      response.setHeader('ratelimit-limit', '100;w=21600');
      return false;
    });
    const client = stage.client();
    const spec = `${registry.host}/app:1`;
    expect((await find(client, spec)).image).toBe(one.digest);
    left = '0;w=21600';
    expect((await find(client, spec, { known: one.digest })).image).toBe(one.digest);
    registry.push('app', '1', two);
    const error = await errorOf(find(client, spec, { known: one.digest }));
    expect([error.code, error.message]).toEqual([
      'TooManyRequests',
      expect.stringContaining('no more pulls'),
    ]);
    expect(error.retryAfterMs).toBeGreaterThan(3_500_000);
    expect(registry.asked.filter((each) => each.startsWith('GET'))).toHaveLength(1);
    left = '5;w=21600';
    expect((await find(client, spec, { known: one.digest })).image).toBe(two.digest);
  });
});

describe('turns', () => {
  const rate = { burst: 2, perSecond: 10, waiting: 3 };

  function queue(
    turns: { next(signal: AbortSignal | undefined): Promise<void> },
    passed: number[],
    at: number,
  ) {
    return turns.next(undefined).then(() => passed.push(at));
  }

  it('are given at once as far as the burst goes, then one after the other, in order', async () => {
    const clock = new ManualClock();
    const turns = new Turns(clock, rate);
    const passed: number[] = [];
    const all = [0, 1, 2, 3].map((at) => queue(turns, passed, at));
    await eventually(() => passed.length === 2);
    expect(clock.pending).toEqual([100]);
    clock.advance(100);
    await eventually(() => passed.length === 3);
    clock.advance(100);
    await Promise.all(all);
    expect(passed).toEqual([0, 1, 2, 3]);
    clock.advance(10_000);
    const burst = [4, 5, 6].map((at) => queue(turns, passed, at));
    await eventually(() => passed.length === 6);
    clock.advance(100);
    await Promise.all(burst);
  });

  it('are refused when too many wait', async () => {
    const turns = new Turns(new ManualClock(), rate);
    for (let times = 0; times < 5; times++) void turns.next(undefined);
    await expect(turns.next(undefined)).rejects.toMatchObject({ code: 'TooManyRequests' });
  });

  it('of those who give up go to the next', async () => {
    const clock = new ManualClock();
    const turns = new Turns(clock, rate);
    const abort = new AbortController();
    await turns.next(undefined);
    await turns.next(undefined);
    const given = turns.next(abort.signal);
    const passed: number[] = [];
    const last = queue(turns, passed, 1);
    abort.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await expect(turns.next(abort.signal)).rejects.toThrow('enough');
    clock.advance(100);
    await last;
  });

  it('of a busy host hold up no other', async () => {
    const clock = new ManualClock();
    const hosts = new HostTurns(
      clock,
      { burst: 1, perSecond: 1, waiting: 100 },
      { burst: 5, perSecond: 5, waiting: 100 },
    );
    const busy = Array.from({ length: 50 }, () => hosts.next('busy', undefined));
    await busy[0];
    await Promise.all(['a', 'b', 'c', 'd'].map((host) => hosts.next(host, undefined)));
    let passed = false;
    void hosts.next('e', undefined).then(() => {
      passed = true;
    });
    await eventually(() => clock.pending.length === 2);
    expect(passed).toBe(false);
    clock.advance(200);
    await eventually(() => passed);
  });

  it('hold back a client', async () => {
    const registry = await stage.registry();
    registry.push('app', '1', one);
    const client = stage.client({ ratePerHost: { burst: 2, perSecond: 20, waiting: 2 } });
    const begun = performance.now();
    const spec = `${registry.host}/app:1`;
    // the first request of an insecure tag tries TLS
    for (let times = 0; times < 6; times++) await find(client, spec, { known: one.digest });
    expect(performance.now() - begun).toBeGreaterThan(200);
    const many = await Promise.allSettled(
      Array.from({ length: 8 }, () => find(client, spec, { known: one.digest })),
    );
    const refused = many.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const each of refused) expect(each).toMatchObject({ reason: { code: 'TooManyRequests' } });
  });
});
