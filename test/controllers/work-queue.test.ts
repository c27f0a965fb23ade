import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WorkQueue } from '../../src/controllers/work-queue.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';

/** A queue whose work ends when the test says so. */
function stage(parallel = 2) {
  const clock = new ManualClock();
  const begun: string[] = [];
  const open = new Map<string, PromiseWithResolvers<void>>();
  const errors: [string, number][] = [];
  const queue = new WorkQueue({
    work: (key) => {
      begun.push(key);
      const ending = Promise.withResolvers<void>();
      open.set(key, ending);
      return ending.promise;
    },
    onError: (key, _, delayMs) => errors.push([key, delayMs]),
    parallel,
    clock,
    random: () => 0,
    backoff: { baseMs: 1_000, capMs: 8_000 },
  });
  const end = async (key: string, error?: Error) => {
    const ending = open.get(key);
    open.delete(key);
    if (error === undefined) ending?.resolve();
    else ending?.reject(error);
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { queue, clock, begun, open, errors, end };
}

describe('a work queue', () => {
  it('works a key that was added often once, and once more when it was added meanwhile', async () => {
    const { queue, begun, end } = stage();
    queue.start();
    for (const key of ['a', 'a', 'b', 'a']) queue.add(key);
    expect(begun).toEqual(['a', 'b']);
    queue.add('a');
    queue.add('a');
    expect(begun).toEqual(['a', 'b']);
    await end('a');
    expect(begun).toEqual(['a', 'b', 'a']);
    await end('a');
    expect(begun).toEqual(['a', 'b', 'a']);
  });

  it('works no more keys at a time than allowed, in the order in which they came', async () => {
    const { queue, begun, end } = stage(1);
    for (const key of ['c', 'a', 'b']) queue.add(key);
    queue.start();
    expect(begun).toEqual(['c']);
    expect(queue.depth).toBe(2);
    await end('c');
    expect(begun).toEqual(['c', 'a']);
  });

  it('lets others have their turn among many that have nothing to do', async () => {
    const done: string[] = [];
    const queue = new WorkQueue({
      work: (key) => Promise.resolve(void done.push(key)),
      onError: () => undefined,
      parallel: 2,
      clock: new ManualClock(),
    });
    const keys = Array.from({ length: 10_000 }, (_, index) => `key-${index}`);
    for (const key of keys) queue.add(key);
    queue.start();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(done.length).toBeLessThan(1_000);
    while (queue.depth + queue.working > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual(keys);
  });

  it('keeps what was added before it began', () => {
    const { queue, begun } = stage();
    queue.add('a');
    expect(begun).toEqual([]);
    queue.start();
    expect(begun).toEqual(['a']);
  });

  it.each([
    { name: 'the later of two times is not waited for', times: [5_000, 1_000], due: 1_000 },
    { name: 'a later time does not put off', times: [1_000, 5_000], due: 1_000 },
    { name: 'a time in the past is now', times: [-1], due: 0 },
    { name: 'a month is not too long for a timer', times: [31 * 86_400_000], due: 31 * 86_400_000 },
  ])('$name', ({ times, due }) => {
    const { queue, clock, begun } = stage();
    queue.start();
    const start = clock.now();
    for (const time of times) queue.addAt('a', start + time);
    while (begun.length === 0) clock.advance(Math.min(...clock.pending));
    expect(clock.now() - start).toBe(due);
  });

  it('forgets the time of a key that is added', async () => {
    const { queue, clock, begun, end } = stage();
    queue.start();
    queue.addAt('a', clock.now() + 1_000);
    queue.add('a');
    await end('a');
    clock.advance(2_000);
    expect(begun).toEqual(['a']);
  });

  it('brings a failed key back, ever later, and at once again after a success', async () => {
    const { queue, clock, begun, errors, end } = stage();
    queue.start();
    queue.add('a');
    for (const delay of [500, 1_000, 2_000, 4_000, 4_000]) {
      await end('a', new Error('no'));
      expect(errors.at(-1)).toEqual(['a', delay]);
      clock.advance(delay);
    }
    expect(begun).toHaveLength(6);
    await end('a');
    queue.add('a');
    await end('a', new Error('no'));
    expect(errors.at(-1)).toEqual(['a', 500]);
  });

  it('stops when the work under way has ended, and begins nothing more', async () => {
    const { queue, clock, begun, end } = stage();
    queue.start();
    queue.add('a');
    queue.addAt('b', clock.now() + 10);
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    queue.add('c');
    clock.advance(100);
    await Promise.resolve();
    expect(stopped).toBe(false);
    await end('a', new Error('aborted'));
    await stopping;
    expect(begun).toEqual(['a']);
    expect(clock.pending).toEqual([]);
  });

  it('never works a key twice at a time, and works each once more after its last addition', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.record({ do: fc.constant('later' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.record({ do: fc.constant('end' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.record({ do: fc.constant('fail' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { queue, clock, begun, open, end } = stage();
        queue.start();
        const wanted = new Map<string, number>();
        for (const { do: what, key } of steps) {
          const before = begun.length;
          if (what === 'add') queue.add(key);
          else if (what === 'later') queue.addAt(key, clock.now() + 10);
          else await end(key, what === 'fail' ? new Error('no') : undefined);
          if (what === 'add' || what === 'later') wanted.set(key, before);
          expect(open.size).toBeLessThanOrEqual(2);
        }
        for (let turn = 0; turn < 40; turn += 1) {
          clock.advance(10_000);
          for (const key of [...open.keys()]) await end(key);
        }
        for (const [key, index] of wanted) expect(begun.slice(index)).toContain(key);
        expect([queue.depth, queue.working]).toEqual([0, 0]);
      }),
    );
  });
});
