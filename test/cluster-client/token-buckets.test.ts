import { describe, expect, it } from '@jest/globals';
import { TokenBuckets } from '../../src/cluster/token-buckets.ts';
import { ManualClock } from './manual-clock.ts';

function buckets(limits = {}) {
  const clock = new ManualClock();
  return { clock, of: new TokenBuckets({ burst: 3, refillMs: 1_000, maxKeys: 2, ...limits }, clock) };
}
const taken = (of: TokenBuckets, key: string, times: number) =>
  Array.from({ length: times }, () => of.take(key)).filter(Boolean).length;

describe('token buckets', () => {
  it('give each key its burst, then one for each time of refill, and never save up more than the burst', () => {
    const { clock, of } = buckets();
    expect(taken(of, 'a', 10)).toBe(3);
    expect(taken(of, 'b', 10)).toBe(3);
    clock.advance(999);
    expect(taken(of, 'a', 10)).toBe(0);
    clock.advance(1);
    expect(taken(of, 'a', 10)).toBe(1);
    clock.advance(1_000_000);
    expect(taken(of, 'a', 10)).toBe(3);
  });

  it('do not lose what came in part while they were asked in vain', () => {
    const { clock, of } = buckets();
    taken(of, 'a', 3);
    for (let i = 0; i < 8; i += 1) {
      clock.advance(125);
      expect(of.take('a')).toBe(i === 7);
    }
  });

  it('forget the key unused for longest', () => {
    const { of } = buckets();
    for (const key of ['a', 'b']) taken(of, key, 3);
    taken(of, 'a', 1);
    taken(of, 'c', 1);
    expect(of.size).toBe(2);
    expect(of.take('a')).toBe(false);
    expect(of.take('b')).toBe(true);
  });
});
