import { describe, expect, it } from '@jest/globals';
import { notCurrent } from '../../src/cluster/index.ts';

const now = 1_000_000_000;
const lastError = { code: 'Unreachable' as const, message: 'nobody answers', at: now };
const health = { connected: true, failures: 0 };

describe('a collection is current', () => {
  it.each([
    [undefined, { synced: true, lastEventAt: now - 300_000, lastError }],
    [
      'nothing was heard of image streams for 301 s: nobody answers',
      { synced: true, lastEventAt: now - 301_000, lastError },
    ],
    [
      'nothing was heard of image streams for 400 s',
      { synced: true, lastEventAt: now - 400_000, lastError: undefined },
    ],
    [
      'image streams have not been listed yet',
      { synced: false, lastEventAt: undefined, lastError: undefined },
    ],
    [
      'image streams have not been listed yet: nobody answers',
      { synced: false, lastEventAt: undefined, lastError },
    ],
  ])('or not: %s', (reason, state) => {
    expect(notCurrent('image streams', { ...health, ...state }, now)).toBe(reason);
  });
});
