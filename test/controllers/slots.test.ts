import { describe, expect, it } from '@jest/globals';
import { Slots } from '../../src/controllers/slots.ts';

describe('slots', () => {
  it('let so many work at a time, and the others in their order, also after failures', async () => {
    const slots = new Slots(2);
    const begun: number[] = [];
    const endings = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const runs = endings.map(({ promise }, index) =>
      slots.run(() => {
        begun.push(index);
        return promise;
      }),
    );
    await Promise.resolve();
    expect([begun, slots.waiting]).toEqual([[0, 1], 2]);
    endings[1]?.reject(new Error('no'));
    await expect(runs[1]).rejects.toThrow('no');
    expect([begun, slots.waiting]).toEqual([[0, 1, 2], 1]);
    for (const { resolve } of endings) resolve();
    await Promise.all([runs[0], runs[2], runs[3]]);
    expect(begun).toEqual([0, 1, 2, 3]);
    await expect(slots.run(async () => 'free again')).resolves.toBe('free again');
  });
});
