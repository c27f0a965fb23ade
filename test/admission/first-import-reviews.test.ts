import { describe, expect, it } from '@jest/globals';
import { type AdmissionRequest, FirstImports, mutate, validate } from '../../src/admission/index.ts';
import { resolveNamesAnnotation } from '../../src/workloads/index.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';
import { applied, containers, deploymentRequest, messagesOf, podRequest } from './reviews.ts';
import { AAA, BBB, imageStream, registry, StreamsFixture, type TagFixture } from './streams-fixture.ts';
import { around, type Setup } from './surroundings.ts';

const repository = 'quay.io/org/app';
const image = (tag: string, digest = AAA): TagFixture => ({
  tag,
  recorded: `${repository}:${tag}`,
  image: digest,
});
const condition = { type: 'ImportSuccess', status: 'False', generation: 1, message: 'quay.io says: 404.' };

/** A cluster in which somebody has just declared tag 1 and 2 of `app`, and a webhook that can wait for them. */
function setUp(setup: Setup = {}, local = true) {
  const streams = new StreamsFixture([imageStream('app', [{ tag: '1' }, { tag: '2' }], { local })]);
  Object.defineProperty(streams, 'importing', { value: true });
  const clock = new ManualClock();
  const firstImports = new FirstImports({ streams, clock });
  const surroundings = around({ streams, firstImports, ...setup });
  const watch = (...tags: readonly TagFixture[]) => streams.remember(imageStream('app', tags, { local }));
  const waits = () => eventually(() => firstImports.waiting === 1);
  return { streams, clock, firstImports, surroundings, watch, waits };
}

const imagesIn = (object: unknown) =>
  (object as { spec: { containers: readonly { image: string }[] } }).spec.containers.map(
    (each) => each.image,
  );

describe('a workload that comes with its stream', () => {
  it('waits for the import, once for all of its images, and gets the digests', async () => {
    const { surroundings, watch, waits, streams } = setUp();
    const request = podRequest({ containers: containers('app:1', 'app:2', 'app:1') });
    const review = mutate(request, surroundings);
    await waits();
    watch(image('1'), { tag: '2' });
    watch(image('1'), image('2', BBB));
    expect(imagesIn(applied(request, await review))).toEqual([
      `${repository}@${AAA}`,
      `${repository}@${BBB}`,
      `${repository}@${AAA}`,
    ]);
    expect(streams.lookups).toEqual(['app/app']);
  });

  it('waits also when memory has never heard of the stream', async () => {
    const { surroundings, clock, waits, streams, watch } = setUp();
    streams.forget('app', 'app');
    const request = podRequest({ containers: containers('app:1') });
    const review = mutate(request, surroundings);
    await waits();
    watch({ tag: '1' });
    watch(image('1'));
    expect(imagesIn(applied(request, await review))).toEqual([`${repository}@${AAA}`]);
    const again = mutate(podRequest({ containers: containers('app:3') }), surroundings);
    expect(messagesOf(await again)[0]).toContain('has no tag "3"');
    expect(clock.pending).toEqual([]);
  });

  it('is asked to come again after two seconds', async () => {
    const { surroundings, clock, waits } = setUp();
    const review = mutate(podRequest({ containers: containers('app:1') }), surroundings);
    await waits();
    clock.advance(2_000);
    expect(messagesOf(await review)).toEqual([
      'Forbidden: container "c0", image "app:1": tag "1" of image stream "app" in namespace "app" is still being imported; apply again in a moment. Left as it is, the name would pull docker.io/library/app:1; write that in full if it is meant',
    ]);
  });

  it('hears what went wrong, in the words of the condition', async () => {
    const { surroundings, streams, waits } = setUp();
    const review = mutate(podRequest({ containers: containers('app:1', 'app:2') }), surroundings);
    await waits();
    const stream = imageStream('app', [{ tag: '1', generation: 1 }, image('2')]);
    const lists = stream.status?.tags ?? [];
    streams.remember({ ...stream, status: { tags: [...lists, { tag: '1', conditions: [condition] }] } });
    expect(messagesOf(await review)).toEqual([
      expect.stringContaining(
        'tag "1" of image stream "app" in namespace "app" could not be imported: quay.io says: 404. Left as it is,',
      ),
    ]);
  });

  it('is not let through to another registry when the stream goes meanwhile', async () => {
    const { surroundings, streams, clock, waits } = setUp();
    const review = mutate(podRequest({ containers: containers('app:1') }), surroundings);
    await waits();
    streams.forget('app', 'app');
    clock.advance(2_000);
    expect(messagesOf(await review)[0]).toContain('is still being imported');
  });

  it('waits under Warn, too, and is then admitted with a warning', async () => {
    const { surroundings, clock, waits } = setUp({ unresolved: 'Warn' });
    const review = mutate(podRequest({ containers: containers('app:1') }), surroundings);
    await waits();
    clock.advance(2_000);
    expect((await review).answer).toMatchObject({
      allowed: true,
      warnings: [expect.stringContaining('is still being imported; apply again in a moment')],
    });
  });
});

describe('a review waits', () => {
  const integrated = `${registry}/app/app:1`;
  const all = { [resolveNamesAnnotation]: '*' };
  const named = { containers: containers('app:1') };
  const rewriting = {
    resolveImages: 'RequiredRewrite',
    resolutionRules: [{ targetResource: { resource: 'pods' } }],
  };
  const waiting: readonly (readonly [string, AdmissionRequest, Setup, boolean])[] = [
    ['on create', podRequest(named), {}, true],
    ['on update', deploymentRequest(named, { old: {} }), {}, true],
    ['where the object asks to look every name up', podRequest({ ...named, annotations: all }), {}, false],
    [
      'where the policy requires exact images',
      podRequest({ containers: containers(integrated) }),
      { policyConfig: rewriting },
      true,
    ],
  ];
  it.each(waiting)('%s', async (_, request, setup, local) => {
    const { surroundings, waits, firstImports } = setUp(setup, local);
    const review = mutate(request, surroundings);
    await waits();
    firstImports.drain();
    await review;
  });

  const owner = [{ controller: true, kind: 'ReplicaSet', name: 'x' }];
  const large = { ...named, labels: { large: 'x'.repeat(128 * 1024) } };
  const immediate: readonly (readonly [string, AdmissionRequest, Setup, boolean])[] = [
    ['on a dry run', podRequest(named, { dryRun: true }), {}, true],
    ['where the stream has no local lookup', podRequest(named), {}, false],
    [
      'for an image of the stream in full, which nothing rewrites',
      podRequest({ containers: containers(integrated) }),
      {},
      true,
    ],
    [
      'for an owned object',
      podRequest({ ...named, owners: owner }),
      { policyConfig: { resolveImages: 'Required' } },
      true,
    ],
    ['for an object that is very large', podRequest(large), {}, true],
    ['for a tag that is not declared', podRequest({ containers: containers('app:3') }), {}, true],
    ['where nothing is imported', podRequest({ containers: containers('mysql:5.7') }), {}, true],
  ];
  it.each(immediate)('not %s', async (_, request, setup, local) => {
    const { surroundings, firstImports, clock } = setUp(setup, local);
    let most = 0;
    firstImports.onEnding(() => {
      most += 1;
    });
    await mutate(request, surroundings);
    expect([most, clock.pending]).toEqual([0, []]);
  });

  it('not while what is about to be stored is judged', async () => {
    const { surroundings, clock } = setUp({ policyConfig: { resolveImages: 'Required' } });
    const { answer } = await validate(podRequest(named), surroundings);
    expect(answer.allowed).toBe(false);
    expect(clock.pending).toEqual([]);
  });

  it('not without anybody to bring the news', async () => {
    const { surroundings } = setUp();
    const { firstImports: _, ...alone } = surroundings;
    const review = await mutate(podRequest(named), alone);
    expect(messagesOf(review)[0]).toContain('is still being imported');
  });
});

describe('on the ordinary path', () => {
  it('a review is answered at once, with no promise', () => {
    const { surroundings, watch } = setUp();
    watch(image('1'));
    expect(mutate(podRequest({ containers: containers('app:1') }), surroundings)).not.toBeInstanceOf(Promise);
  });
});
