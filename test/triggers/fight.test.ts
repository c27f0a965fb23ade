import { describe, expect, it } from '@jest/globals';
import { type Fight, isOver, reverted, rewritten } from '../../src/triggers/index.ts';

const minute = 60_000;

/** Somebody puts another image back at these times; each time the tag's image is written again unless that is given way. */
function fought(times: readonly number[], image = (_: number) => 'K1') {
  let fight: Fight | undefined;
  const written: number[] = [];
  for (const [index, time] of times.entries()) {
    fight = reverted(fight, image(index), time);
    if (fight.until > time) continue;
    fight = rewritten(fight, time);
    written.push(time);
  }
  return { fight: fight!, written };
}

describe('a fight over an image', () => {
  it.each([
    { name: 'ends with the third revert within five minutes', times: [0, 1, 2, 3, 11], written: [0, 1] },
    { name: 'is none when reverts are rare', times: [0, 5, 10, 15, 20], written: [0, 5, 10, 15, 20] },
    { name: 'is tried once more after ten minutes', times: [0, 1, 2, 12, 13, 14], written: [0, 1, 12] },
    {
      name: 'is tried ever more rarely',
      times: [0, 1, 2, 12, 13, 32, 33, 34, 73, 74],
      written: [0, 1, 12, 33, 74],
    },
    {
      name: 'begins anew when the image stood for a while',
      times: [0, 1, 2, 12, 20, 21, 22],
      written: [0, 1, 12, 20, 21],
    },
  ])('$name', ({ times, written }) => {
    const { written: minutes } = fought(times.map((time) => time * minute));
    expect(minutes.map((time) => time / minute)).toEqual(written);
  });

  it('waits no longer than six hours', () => {
    const times = Array.from({ length: 4_000 }, (_, index) => index * minute);
    const { written } = fought(times);
    const gaps = written.map((time, index) => (time - (written[index - 1] ?? time)) / minute);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(6 * 60 + 2);
    expect(written.length).toBeLessThan(25);
  });

  it('is another one when the tag gives another image', () => {
    const { written } = fought([0, 1, 2, 3, 4], (index) => (index < 3 ? 'K1' : 'K2'));
    expect(written).toEqual([0, 1, 3, 4]);
  });

  it('is over when nobody put another image back for five minutes', () => {
    const { fight } = fought([0, 1]);
    expect(isOver(fight, 5 * minute)).toBe(false);
    expect(isOver(fight, 5 * minute + 1)).toBe(true);
    const { fight: stopped } = fought([0, 1, 2]);
    expect(isOver(stopped, 9 * minute)).toBe(false);
    expect(isOver(stopped, 11 * minute)).toBe(true);
  });
});
