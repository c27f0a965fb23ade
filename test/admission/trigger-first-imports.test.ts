import { describe, expect, it } from '@jest/globals';
import { type AdmissionRequest, FirstImports, mutate } from '../../src/admission/index.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';
import { applied, type RequestOptions, requestFor } from './reviews.ts';
import { StreamsFixture } from './streams-fixture.ts';
import { around } from './surroundings.ts';
import { deployments, follows, imageOf, K1, keycloak, manifest, text } from './triggered.ts';

/** Tag 20 of `keycloak` was declared just now, and somebody imports it. */
function setUp() {
  const streams = new StreamsFixture([keycloak('')]);
  Object.defineProperty(streams, 'importing', { value: true });
  const clock = new ManualClock();
  const firstImports = new FirstImports({ streams, clock });
  const surroundings = around({ streams, firstImports });
  const review = (object = manifest(), options: RequestOptions = {}) => {
    const request: AdmissionRequest = requestFor(deployments, object, options);
    const mutated = Promise.resolve(mutate(request, surroundings));
    return mutated.then((reviewed) => imageOf(deployments, applied(request, reviewed)));
  };
  return { streams, clock, firstImports, review, waits: () => eventually(() => firstImports.waiting === 1) };
}

describe('a workload that comes with the stream that it follows', () => {
  it.each([text, ' ', 'keycloak:20'])(
    'waits for the import, and is created with its image: %j',
    async (image) => {
      const { review, waits, streams } = setUp();
      const stored = review(manifest(image));
      await waits();
      streams.remember(keycloak(K1));
      expect(await stored).toBe(K1);
      expect(streams.lookups).toEqual(['app/keycloak']);
    },
  );

  it('waits no longer than it may, and once', async () => {
    const { review, waits, clock } = setUp();
    const stored = review();
    await waits();
    clock.advance(2000);
    expect(await stored).toBe(text);
  });

  it.each<[string, ReturnType<typeof manifest>, RequestOptions]>([
    ['is only tried', manifest(), { dryRun: true }],
    ['is there already', manifest(' '), { old: manifest(text) }],
    ['has a paused trigger', manifest(text, { annotations: follows(deployments, { paused: true }) }), {}],
    ['is large', manifest(text, { labels: { note: 'x'.repeat(200_000) } }), {}],
  ])('does not wait when it %s', async (_, object, options) => {
    const { review, firstImports } = setUp();
    expect(await review(object, options)).toBe(text);
    expect(firstImports.waiting).toBe(0);
  });
});
