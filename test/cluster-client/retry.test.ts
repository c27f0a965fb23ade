import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffDelay } from '../../src/cluster/backoff.ts';
import { ApiError, type ApiErrorCode } from '../../src/cluster/index.ts';
import { Retry } from '../../src/cluster/retry.ts';

const limits = { backoff: { baseMs: 100, capMs: 1_000 }, relistAfter: 3 };
const failed = (code: ApiErrorCode, events = 0, lastedMs = 0) => ({
  error: new ApiError(code, ''),
  events,
  lastedMs,
});

describe('backoffDelay', () => {
  it.each([
    [1, 0, 50],
    [1, 1, 100],
    [2, 1, 200],
    [4, 1, 800],
    [5, 1, 1_000],
    [5_000, 0.5, 750],
  ])('after %d failures with %d at random: %d ms', (failures, random, ms) => {
    expect(backoffDelay(failures, random, limits.backoff)).toBe(ms);
  });

  it('never exceeds the cap and never is nothing', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const ms = backoffDelay(failures, random, limits.backoff);
        expect(ms).toBeGreaterThanOrEqual(50);
        expect(ms).toBeLessThanOrEqual(1_000);
      }),
    );
  });
});

describe('Retry', () => {
  it.each(['Unreachable', 'TooManyRequests', 'Unauthorized', 'Credentials'] as const)(
    'never lists anew for %s alone',
    (code) => {
      const retry = new Retry(limits, () => 0);
      for (let i = 0; i < 20; i += 1) expect(retry.after(failed(code)).relist).toBe(false);
    },
  );

  it.each(['Timeout', 'ServerError', 'BadResponse', 'TooLarge', 'Forbidden', 'NotFound', 'Invalid'] as const)(
    'lists anew for the third %s in a row, but not when events came in between',
    (code) => {
      const retry = new Retry(limits, () => 0);
      expect([1, 2, 3, 4].map(() => retry.after(failed(code)).relist)).toEqual([false, false, true, false]);
      expect([1, 2, 3, 4].map(() => retry.after(failed(code, 1)).relist)).toEqual([
        false,
        false,
        false,
        false,
      ]);
    },
  );

  it('begins anew with short waits after a watch that lasted and brought events', () => {
    const retry = new Retry(limits, () => 0);
    for (let i = 0; i < 5; i += 1) retry.after(failed('Unreachable'));
    expect(retry.after(failed('Unreachable', 1, 999)).delayMs).toBe(500);
    expect(retry.after(failed('Unreachable', 1, 1_000)).delayMs).toBe(50);
  });

  it('waits at most a minute for Retry-After', () => {
    const error = new ApiError('TooManyRequests', '', { retryAfterMs: 3_600_000 });
    expect(new Retry(limits, () => 0).after({ error, events: 0, lastedMs: 0 }).delayMs).toBe(60_000);
  });
});
