import { describe, expect, it } from '@jest/globals';
import { mutate, type Reviewed } from '../../src/admission/index.ts';
import { applied, type Contents, podRequest, refused } from './reviews.ts';
import { AAA, imageStream, resolvedMysql, StreamsFixture } from './streams-fixture.ts';
import { around, type Setup } from './surroundings.ts';

const each = (image: (index: number) => string, count = 1000): Contents => ({
  containers: Array.from({ length: count }, (_, index) => ({ name: `c${index}`, image: image(index) })),
});

/** As many streams as may be compared with a name. */
const streams = () =>
  new StreamsFixture(
    Array.from({ length: 1000 }, (_, index) =>
      imageStream(`stream-number-${index}`, [{ tag: 'v1', recorded: 'quay.io/org/x:v1', image: AAA }]),
    ),
  );

async function reviewed(contents: Contents, setup: Setup = {}): Promise<[Reviewed, readonly string[]]> {
  const surroundings = around({ streams: streams(), ...setup });
  return [await mutate(podRequest(contents), surroundings), surroundings.streams.lookups];
}

describe('an object with far more containers than any Pod', () => {
  it('is refused for their number, before any is looked at', async () => {
    const [answer, lookups] = await reviewed(each((index) => `unknown-${index}:1`, 100_000));
    expect(lookups).toEqual([]);
    expect(refused(answer)).toMatchObject({
      code: 422,
      message: expect.stringContaining(
        'spec: Forbidden: it holds 100000 images, and at most 1000 are reviewed',
      ),
    });
  });

  it('costs the API server few calls, and what was not asked for is not admitted', async () => {
    const [answer, lookups] = await reviewed(each((index) => `unknown-${index}:1`));
    expect(lookups).toHaveLength(64);
    expect(refused(answer).code).toBe(503);
  });

  it('has the first of many refusals told', async () => {
    const [answer] = await reviewed(each(() => 'stream-number-7:v2'));
    expect(refused(answer).details?.causes).toHaveLength(32);
  });

  it('has the first of many warnings told', async () => {
    const [{ answer }] = await reviewed(
      each(() => 'stream-number-7:v2'),
      { unresolved: 'Warn' },
    );
    expect(answer).toMatchObject({ allowed: true, patch: [] });
    expect(answer.warnings).toHaveLength(32);
  });

  it('is resolved in every container', async () => {
    const request = podRequest(each(() => 'mysql:5.7'));
    const object = applied(request, await mutate(request, around()));
    const { containers } = object['spec'] as { containers: readonly { image: string }[] };
    expect(new Set(containers.map(({ image }) => image))).toEqual(new Set([resolvedMysql]));
  });
});
