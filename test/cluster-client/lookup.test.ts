import { describe, expect, it } from '@jest/globals';
import { Lookup, type LookupOptions } from '../../src/cluster/index.ts';
import { ManualClock } from './manual-clock.ts';

function counting(options: Partial<LookupOptions<string, string | undefined>> = {}) {
  const asked: string[] = [];
  const clock = new ManualClock();
  const lookup = new Lookup<string, string | undefined>({
    load: (key) => {
      asked.push(key);
      return Promise.resolve(key === 'none' ? undefined : `value of ${key}`);
    },
    keepMs: (value) => (value === undefined ? 2_000 : 5_000),
    clock,
    ...options,
  });
  return { asked, clock, lookup };
}

describe('Lookup', () => {
  it('asks once for all who want to know at the same time', async () => {
    const { asked, lookup } = counting({ keepMs: () => 0 });
    const answers = await Promise.all([lookup.lookup('a'), lookup.lookup('a'), lookup.lookup('b')]);
    expect(answers).toEqual(['value of a', 'value of a', 'value of b']);
    expect(asked).toEqual(['a', 'b']);
    await lookup.lookup('a');
    expect(asked).toEqual(['a', 'b', 'a']);
  });

  it.each([
    ['a', 5_000],
    ['none', 2_000],
  ])('remembers the answer for %s for %d ms', async (key, ms) => {
    const { asked, clock, lookup } = counting();
    await lookup.lookup(key);
    clock.advance(ms - 1);
    await lookup.lookup(key);
    expect(asked).toHaveLength(1);
    clock.advance(1);
    await lookup.lookup(key);
    expect(asked).toHaveLength(2);
  });

  it('shares a failure but does not remember it', async () => {
    let calls = 0;
    const load = () => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('down')) : Promise.resolve('up');
    };
    const { lookup } = counting({ load });
    const both = await Promise.allSettled([lookup.lookup('a'), lookup.lookup('a')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await lookup.lookup('a')).toBe('up');
    expect(calls).toBe(2);
  });

  it('makes room by dropping the one unused for longest', async () => {
    const { asked, lookup } = counting({ maxEntries: 2 });
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await lookup.lookup(key);
    expect(asked).toEqual(['a', 'b', 'c', 'b']);
    expect(lookup.size).toBe(2);
  });

  it('does not remember an answer that was forgotten while under way', async () => {
    const pending = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    let calls = 0;
    const { lookup } = counting({ load: () => pending[calls++]!.promise });
    const old = lookup.lookup('a');
    await Promise.resolve();
    lookup.forget('a');
    const fresh = lookup.lookup('a');
    pending[1]!.resolve('new');
    expect(await fresh).toBe('new');
    pending[0]!.resolve('old');
    expect(await old).toBe('old');
    expect(await lookup.lookup('a')).toBe('new');
  });

  it('survives a load that throws at once', async () => {
    const { lookup } = counting({
      load: () => {
        throw new Error('bad');
      },
    });
    await expect(lookup.lookup('a')).rejects.toThrow('bad');
    await expect(lookup.lookup('a')).rejects.toThrow('bad');
  });
});
