import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Slots } from '../../src/controllers/slots.ts';

const never = new AbortController().signal;

/** Work that ends when the test says so. */
function stage(count: number, share: number) {
  let time = 0;
  const slots = new Slots({ count, share, now: () => time });
  const begun: string[] = [];
  const open = new Map<string, PromiseWithResolvers<void>>();
  const runs: Promise<unknown>[] = [];
  const run = (owner: string, name = owner, urgent = false, signal = never) => {
    const ending = Promise.withResolvers<void>();
    runs.push(
      slots.run({ owner, urgent, signal }, () => {
        begun.push(name);
        open.set(name, ending);
        return ending.promise;
      }),
    );
  };
  const end = async (name: string, error?: Error) => {
    const ending = open.get(name);
    open.delete(name);
    if (error === undefined) ending?.resolve();
    else ending?.reject(error);
    await settled();
  };
  const wait = (ms: number) => {
    time += ms;
  };
  return { slots, begun, open, run, end, runs, wait };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

describe('slots', () => {
  it('let so many work at a time, also after failures', async () => {
    const { slots, begun, run, end, runs } = stage(2, 2);
    for (const name of ['1', '2', '3', '4']) run('a', name);
    await settled();
    expect([begun, slots.waiting]).toEqual([['1', '2'], 2]);
    const failed = expect(runs[1]).rejects.toThrow('no');
    await end('2', new Error('no'));
    await failed;
    expect([begun, slots.waiting]).toEqual([['1', '2', '3'], 1]);
  });

  it('go round among owners', async () => {
    const { begun, run, end } = stage(1, 1);
    for (const name of ['a1', 'a2', 'a3']) run('a', name);
    for (const name of ['b1', 'b2']) run('b', name);
    run('c', 'c1');
    for (let index = 0; index < 6; index += 1) {
      await settled();
      await end(begun[index] ?? '');
    }
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  });

  it('leave room for others when one has all it may have', async () => {
    const { slots, begun, run } = stage(4, 2);
    for (let index = 0; index < 100; index += 1) run('tarpit', `t${index}`);
    run('other', 'o');
    await settled();
    expect([begun, slots.waiting]).toEqual([['t0', 't1', 'o'], 98]);
  });

  it('let what is urgent go first, whoever asks', async () => {
    const { begun, run, end } = stage(1, 1);
    run('a', 'a1');
    run('a', 'a2');
    run('b', 'b1', true);
    run('a', 'a3', true);
    for (let index = 0; index < 4; index += 1) {
      await settled();
      await end(begun[index] ?? '');
    }
    expect(begun).toEqual(['a1', 'b1', 'a3', 'a2']);
  });

  it('forget who gives up, and tell how long the first has waited', async () => {
    const { slots, begun, run, end, runs, wait } = stage(1, 1);
    const gone = new AbortController();
    run('a', 'a1');
    run('a', 'a2', false, gone.signal);
    wait(5);
    run('a', 'a3');
    wait(2);
    expect([slots.waiting, slots.oldestMs]).toEqual([2, 7]);
    const given = expect(runs[1]).rejects.toThrow();
    gone.abort();
    await given;
    expect([slots.waiting, slots.oldestMs]).toEqual([1, 2]);
    await end('a1');
    expect(begun).toEqual(['a1', 'a3']);
    await expect(
      slots.run({ owner: 'a', urgent: true, signal: gone.signal }, async () => 1),
    ).rejects.toThrow();
  });

  it('never exceed their number or a share, and in the end everybody has worked', async () => {
    const owners = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(owners, fc.nat(), async (asked, seed) => {
        const { slots, begun, open, run, end } = stage(3, 2);
        for (const [index, owner] of asked.entries()) run(owner, `${owner}${index}`);
        for (let round = 0; round <= asked.length; round += 1) {
          await settled();
          const names = [...open.keys()];
          expect(names.length).toBeLessThanOrEqual(3);
          for (const owner of 'abcd') {
            expect(names.filter((name) => name.startsWith(owner)).length).toBeLessThanOrEqual(2);
          }
          const next = names[seed % Math.max(names.length, 1)];
          if (next !== undefined) await end(next);
        }
        expect([begun.length, slots.waiting]).toEqual([asked.length, 0]);
      }),
    );
  });
});
