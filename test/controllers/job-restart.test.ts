import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../cluster-client/eventually.ts';
import { answer, type JobStage, jobStage } from './job-stage.ts';
import { image, jobPath, type TriggerStage } from './trigger-stage.ts';
import type { WriteFault } from './workload-server.ts';

const collection = jobPath('').slice(0, -1);
const manager = 'imagestreams-controller';

let stage: TriggerStage;
let job: JobStage;

beforeEach(async () => {
  ({ stage, job } = await jobStage());
});
afterEach(() => stage.stop());

describe('a process that ends on the way', () => {
  /** What is written after so many requests is refused until the process is gone; then another one leads. */
  async function dies(afterRequests: number, ...more: readonly WriteFault[]): Promise<void> {
    job.meets(afterRequests, ...more, ...Array.from({ length: 20 }, () => answer(503, 'ServiceUnavailable')));
    stage.tag('app', { '1': image(2) });
    await eventually(() => stage.server.faults.length < 20 + more.length);
    await stage.endLead();
    stage.server.faults.length = 0;
    await stage.lead();
  }

  it.each([
    ['before it is written down', 1, []],
    ['before it is deleted', 2, []],
    ['before it is made', 3, []],
    ['before it is handed over', 4, []],
    ['before it is forgotten about', 5, []],
    ['when the deletion has been done unheard', 2, ['unheard']],
    ['when it has been made unheard', 3, ['unheard']],
  ] as const)('leaves nothing undone: %s', async (_, requests, more) => {
    const before = await job.settled();
    await dies(requests, ...more.map(() => job.unheard));
    // a deletion that was sent may still take effect for a while
    while (job.left().length > 0 || job.runs() !== image(2)) {
      stage.clock.advance(30_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await job.anew(2);
    expect(job.uid()).not.toBe(before);
    expect(job.managers()).not.toContain(manager);
    expect(stage.server.names(collection)).toEqual(['once']);
  });
});
