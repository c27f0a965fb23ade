import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scheduleSlots } from '../../src/imagestream/schedule-slots.ts';
import { parseReference } from '../../src/reference/index.ts';
import { hour, minute, noon } from './settling.ts';

function referenceOf(pullSpec: string) {
  const parsed = parseReference(pullSpec);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.reference;
}

const interval = fc.constantFrom(minute, 5 * minute, 15 * minute, 6 * hour, 24 * hour);
const repository = fc.nat().map((number) => referenceOf(`quay.io/org/app${number}:latest`));

describe('a schedule', () => {
  it('has one slot an interval, at times that do not depend on when they are asked for', () => {
    fc.assert(
      fc.property(repository, interval, fc.nat(365 * 24 * hour), (source, every, passed) => {
        const now = noon + passed;
        const { latest = 0, next } = scheduleSlots(source, every, now);
        expect(latest).toBeLessThanOrEqual(now);
        expect(next).toBeGreaterThan(now);
        expect(next - latest).toBeGreaterThanOrEqual(0.9 * every - 1);
        expect(next - latest).toBeLessThanOrEqual(1.1 * every + 1);
        expect(scheduleSlots(source, every, next - 1)).toEqual({ latest, next });
        expect(scheduleSlots(source, every, next).latest).toBe(next);
      }),
    );
  });

  it('has as many slots as there are intervals', () => {
    const source = referenceOf('quay.io/org/app');
    let count = 0;
    for (let now = noon; now <= noon + 1000 * minute; count += 1)
      now = scheduleSlots(source, minute, now).next;
    expect(Math.abs(count - 1000)).toBeLessThanOrEqual(2);
  });

  it('spreads repositories evenly over the interval', () => {
    const every = 15 * minute;
    const parts = new Array<number>(15).fill(0);
    for (let number = 0; number < 15_000; number += 1) {
      const { next } = scheduleSlots(referenceOf(`quay.io/org/app${number}`), every, noon);
      const part = Math.floor((next - noon) / minute);
      // jitter puts some a little past the interval
      if (part < 15) parts[part] = (parts[part] ?? 0) + 1;
    }
    for (const count of parts.slice(1, -1)) {
      expect(count).toBeGreaterThan(850);
      expect(count).toBeLessThan(1150);
    }
  });

  it.each([
    ['tags of one repository', 'quay.io/org/app:1', 'quay.io/org/app:2'],
    ['names of one repository', 'ruby', 'docker.io/library/ruby:2'],
    ['names of Docker Hub', 'index.docker.io/org/app', 'org/app'],
  ])('has the same slots for two %s', (_, one, other) => {
    expect(scheduleSlots(referenceOf(one), hour, noon)).toEqual(
      scheduleSlots(referenceOf(other), hour, noon),
    );
  });
});
