import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { retryClass } from '../../src/imagestream/index.ts';
import { retrySlots } from '../../src/imagestream/retry-slots.ts';
import { hour, minute, noon } from './settling.ts';

/** The first times at which a tag is tried again, in minutes after it began to fail. */
function minutes(reason: string, key: string, count: number): readonly number[] {
  const times: number[] = [];
  for (let now = noon; times.length < count; ) {
    const slots = retrySlots(reason, noon, key, now);
    if (slots === undefined) return [];
    times.push((slots.next - noon) / minute);
    now = slots.next;
  }
  return times;
}

describe('a failed import', () => {
  it.each<readonly [string, string, readonly number[], number]>([
    ['whose cause may pass', 'Unreachable', [1, 3, 7, 15, 31, 63, 123, 183, 243], 60],
    ['without permission', 'Unauthorized', [10, 30, 70, 150, 310, 630, 990, 1350], 360],
    ['of a reason that is not ours', 'InternalError', [10, 30, 70, 150, 310, 630, 990, 1350], 360],
  ])('%s is tried again at growing times', (_, reason, expected, most) => {
    const times = minutes(reason, 'app/ruby:latest', expected.length);
    for (const [index, after] of expected.entries()) {
      const gap = Math.min(after - (expected[index - 1] ?? 0), most);
      expect(Math.abs((times[index] ?? 0) - after)).toBeLessThanOrEqual(gap / 10);
    }
  });

  it('that cannot succeed is not tried again', () => {
    expect(minutes('NotFound', 'app/ruby:latest', 1)).toEqual([]);
    expect(retryClass('NotFound')).toBe('Permanent');
  });

  it('is tried at other times than another tag', () => {
    expect(minutes('Timeout', 'app/ruby:1', 3)).not.toEqual(minutes('Timeout', 'app/ruby:2', 3));
  });

  it('is tried at times that follow from when it began to fail, whenever they are asked for', () => {
    const reason = fc.constantFrom('Timeout', 'Forbidden');
    fc.assert(
      fc.property(reason, fc.string(), fc.nat(40 * 24 * hour), (each, key, passed) => {
        const now = noon + passed;
        const slots = retrySlots(each, noon, key, now);
        const { latest, next = 0 } = slots ?? {};
        expect(next).toBeGreaterThan(now);
        expect(latest ?? noon).toBeLessThanOrEqual(now);
        // no slot lies between: just before the next one the latest is still the same
        expect(retrySlots(each, noon, key, next - 1)).toEqual(slots);
        expect(retrySlots(each, noon, key, next)?.latest).toBe(next);
        if (latest !== undefined) expect(retrySlots(each, noon, key, latest - 1)?.next).toBe(latest);
      }),
    );
  });
});
