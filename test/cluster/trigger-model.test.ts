import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { TriggerArena } from './trigger-arena.ts';
import { TriggerRun } from './trigger-run.ts';
import { manifests, steps, styles } from './trigger-steps.ts';

jest.setTimeout(600_000);

const arena = new TriggerArena();
beforeAll(() => arena.start());
afterAll(() => arena.close());

/**
 * The same plays every time, so that a failure is of the change at hand. To look for what no play has shown yet:
 * `TRIGGER_MODEL_SEED=random TRIGGER_MODEL_SECONDS=600`; to see a failure again: `TRIGGER_MODEL_SEED=1 TRIGGER_MODEL_PATH=4`, as it
 * prints them.
 */
const {
  TRIGGER_MODEL_SEED: seed = '1',
  TRIGGER_MODEL_PATH: path,
  TRIGGER_MODEL_SECONDS: seconds = '45',
} = process.env;

it('whatever happens, a workload is what docs/triggers.md says', async () => {
  let runs = 0;
  const until = performance.now() + Number(seconds) * 1000;
  const property = fc.asyncProperty(styles, manifests, steps, async (style, manifest, all) => {
    if (performance.now() > until) return;
    runs += 1;
    const run = new TriggerRun(arena, `subject-${runs}`, style, manifest);
    await run.begin();
    for (const [step, replica] of all) {
      arena.chooseReplica(replica);
      await run.take(step);
    }
    await run.end();
  });
  await fc.assert(property, {
    numRuns: 1000,
    // a run takes seconds, and what it did is told step by step
    endOnFailure: true,
    ...(seed === 'random' ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  });
  expect(runs).toBeGreaterThan(1);
});
