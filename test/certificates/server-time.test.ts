import { describe, expect, it } from '@jest/globals';
import { ServerTime } from '../../src/certificates/server-time.ts';
import { createLogger } from '../../src/telemetry/index.ts';

const own = Date.parse('2026-03-01T12:00:00Z');

async function timeOf(...answers: readonly (string | undefined)[]) {
  const lines: string[] = [];
  const logger = await createLogger({
    format: 'json',
    stream: { write: (line) => void lines.push(JSON.parse(line).msg) },
  });
  const left = [...answers];
  const client = {
    create: () => {
      const creationTimestamp = left.shift();
      if (creationTimestamp === undefined) return Promise.reject(new Error('not allowed'));
      return Promise.resolve({ metadata: { creationTimestamp } });
    },
  };
  return { time: new ServerTime({ client, logger, now: () => own }), lines };
}

describe('ServerTime', () => {
  it.each([
    ['the same second', '2026-03-01T11:59:59Z', 0],
    ['a clock ahead', '2026-03-01T12:30:00Z', 1_800_000],
    ['a clock behind by a year', '2025-03-01T12:00:00Z', -31_536_000_000],
    ['something that is no time', 'yesterday', 0],
    ['nothing', undefined, 0],
  ])('given %s', async (_what, answer, difference) => {
    const { time } = await timeOf(answer);
    expect((await time.now()) - own).toBe(difference);
  });

  it('remembers by how much the clocks differ', async () => {
    const { time } = await timeOf('2026-03-01T12:30:00Z', undefined);
    await time.now();
    expect((await time.now()) - own).toBe(1_800_000);
  });

  it('says so once', async () => {
    const { time, lines } = await timeOf('2026-03-01T12:30:00Z', '2026-03-01T12:30:00Z');
    await time.now();
    await time.now();
    expect(lines).toEqual([
      "The clock of this process is 1800 s behind the API server's; certificates are issued by the API server's.",
    ]);
  });
});
