import { describe, expect, it } from '@jest/globals';
import { SharedFinds } from '../../src/controllers/shared-finds.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';

const image = { image: 'sha256:a', reference: 'quay.io/a/b@sha256:a' };

function stage() {
  const clock = new ManualClock();
  const finds = new SharedFinds(clock, 10_000);
  const asked: PromiseWithResolvers<typeof image>[] = [];
  const ask = () => {
    const answer = Promise.withResolvers<typeof image>();
    asked.push(answer);
    return answer.promise;
  };
  return { clock, asked, find: (key: string, fresh = false) => finds.find(key, fresh, ask) };
}

describe('questions to a registry', () => {
  it('are asked once for all who ask the same at the same time', async () => {
    const { asked, find } = stage();
    const answers = [find('a'), find('a', true), find('a')];
    expect(asked).toHaveLength(1);
    asked[0]?.resolve(image);
    expect(await Promise.all(answers)).toEqual([image, image, image]);
  });

  it('are not shared between different keys', () => {
    const { asked, find } = stage();
    void find('a');
    void find('b');
    expect(asked).toHaveLength(2);
  });

  it('are answered from a moment ago unless the answer is to be fresh', async () => {
    const { clock, asked, find } = stage();
    const first = find('a');
    asked[0]?.resolve(image);
    await first;
    clock.advance(9_000);
    expect(await find('a')).toBe(image);
    expect(asked).toHaveLength(1);
    void find('a', true);
    expect(asked).toHaveLength(2);
  });

  it('are asked anew once the answer is old', async () => {
    const { clock, asked, find } = stage();
    const first = find('a');
    asked[0]?.resolve(image);
    await first;
    clock.advance(10_000);
    void find('a');
    expect(asked).toHaveLength(2);
  });

  it('share a failure only with those who wait for it', async () => {
    const { asked, find } = stage();
    const waiting = [find('a'), find('a')];
    asked[0]?.reject(new Error('no'));
    for (const each of waiting) await expect(each).rejects.toThrow('no');
    void find('a');
    expect(asked).toHaveLength(2);
  });
});

describe('answers that are old', () => {
  it('are let go as others come, also behind one that takes long', async () => {
    const clock = new ManualClock();
    const finds = new SharedFinds(clock, 1_000);
    const never = new Promise<typeof image>(() => {});
    void finds.find('slow', false, () => never);
    for (let index = 0; index < 1_000; index += 1) {
      await finds.find(`k${index}`, false, async () => image);
      clock.advance(10);
    }
    expect(finds.size).toBeLessThan(150);
    expect(clock.pending).toEqual([]);
  });
});
