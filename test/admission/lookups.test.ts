import { describe, expect, it } from '@jest/globals';
import { mutate } from '../../src/admission/index.ts';
import { resolveNamesAnnotation } from '../../src/workloads/index.ts';
import { containers, podRequest, refused } from './reviews.ts';
import { AAA, imageStream, resolvedMysql, StreamsFixture, shopStreams } from './streams-fixture.ts';
import { around, storedImages } from './surroundings.ts';

const stored = (name: string) =>
  imageStream(name, [{ tag: 'v1', recorded: `quay.io/org/${name}`, image: AAA }]);

describe('live look-ups of streams', () => {
  it.each([
    ['a name in memory', ['mysql:5.7', 'mirror:v1']],
    ['a digest', [`mysql@${AAA}`, `nosuch@${AAA}`]],
    ['a qualified name', ['quay.io/org/nosuch:1', 'org/nosuch:1', 'localhost/nosuch', 'my.stream']],
    ['nothing readable', ['', ' ', 'UPPER', 'a:b:c']],
  ])('are not made for %s', async (_, images) => {
    const surroundings = around();
    await mutate(podRequest({ containers: containers(...images) }), surroundings);
    expect(surroundings.streams.lookups).toEqual([]);
  });

  it.each([
    [
      'once for each stream, whatever its tags',
      ['nginx', 'nginx:1.27', 'redis:7', 'nginx:1.26'],
      ['app/nginx', 'app/redis'],
    ],
    ['for a tag that memory lacks', ['php:8', 'mysql:5.7'], ['app/php']],
    ['for a stream whose local lookup was off', ['php'], ['app/php']],
  ])('are made %s', async (_, images, lookups) => {
    const surroundings = around({ streams: shopStreams({ repositories: false }), unresolved: 'Warn' });
    await mutate(podRequest({ containers: containers(...images) }), surroundings);
    expect(surroundings.streams.lookups).toEqual(lookups);
  });

  it('find a stream that was created a moment ago', async () => {
    const streams = new StreamsFixture();
    streams.create(stored('fresh'));
    const request = podRequest({ containers: containers('fresh:v1') });
    expect(await storedImages(request, around({ streams }))).toEqual([`quay.io/org/fresh@${AAA}`]);
  });

  it('find a tag, and a local lookup, that came a moment ago', async () => {
    const streams = new StreamsFixture();
    streams.remember(imageStream('fresh', [], { local: false }));
    streams.create(stored('fresh'));
    const request = podRequest({ containers: containers('fresh:v1') });
    expect(await storedImages(request, around({ streams }))).toEqual([`quay.io/org/fresh@${AAA}`]);
  });

  it('take nothing away that memory could resolve, as an answer may be a moment older', async () => {
    const streams = new StreamsFixture();
    streams.remember(stored('app'));
    streams.create(imageStream('app', []));
    const request = podRequest({ containers: containers('app:v1', 'app:typo') });
    const reviewed = await mutate(request, around({ streams }));
    expect(refused(reviewed).details?.causes).toEqual([
      expect.objectContaining({ field: 'spec.containers[1].image' }),
    ]);
  });

  it('find that a stream is gone by now', async () => {
    const streams = new StreamsFixture();
    streams.remember(imageStream('gone', []));
    const { answer } = await mutate(podRequest({ containers: containers('gone:v1') }), around({ streams }));
    expect(answer).toEqual({ allowed: true, patch: [], warnings: [] });
  });

  it('that fail leave what memory knows', async () => {
    const streams = shopStreams({ repositories: false });
    streams.unavailable = true;
    const reviewed = await mutate(
      podRequest({ containers: containers('mysql:8', 'mysql:5.7') }),
      around({ streams }),
    );
    expect(refused(reviewed).message).toContain('has no tag "8"; its only tag is "5.7"');
  });

  it('are not made where the policy does not ask for resolution', async () => {
    const policyConfig = {
      resolveImages: 'DoNotAttempt',
      resolutionRules: [],
      executionRules: [{ name: 'hub', reject: true, matchRegistries: ['quay.io'] }],
    };
    const surroundings = around({ policyConfig });
    await mutate(podRequest({ containers: containers('nginx:1.27') }), surroundings);
    expect(surroundings.streams.lookups).toEqual([]);
  });

  it('are made for the last segment of every name where the object asks for all', async () => {
    const surroundings = around();
    const annotations = { [resolveNamesAnnotation]: '*' };
    const request = podRequest({ annotations, containers: containers('quay.io/org/nosuch:1', 'mysql:5.7') });
    expect(await storedImages(request, surroundings)).toEqual(['quay.io/org/nosuch:1', resolvedMysql]);
    expect(surroundings.streams.lookups).toEqual(['app/nosuch']);
  });

  it('let a review that needs none answer at once', () => {
    expect(mutate(podRequest({ containers: containers('mysql:5.7') }), around())).not.toBeInstanceOf(Promise);
  });
});
