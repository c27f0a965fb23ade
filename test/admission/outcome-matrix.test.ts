import { describe, expect, it } from '@jest/globals';
import { resolveNamesAnnotation } from '../../src/workloads/index.ts';
import { containers, podRequest } from './reviews.ts';
import {
  AAA,
  imageStream,
  registry,
  resolvedMysql,
  StreamsFixture,
  type TagFixture,
} from './streams-fixture.ts';
import { storedImages, upstream } from './surroundings.ts';

const imported: TagFixture = { tag: 't', recorded: 'docker.io/library/mysql:t', image: AAA };
const recordOnly: TagFixture = { tag: 't', recorded: 'quay.io/org/s:t', image: '', reference: true };
const repository = `${registry}/app/s`;
const everything = { [resolveNamesAnnotation]: '*' };
const fallback = `${repository}:t`;
const written = 's:t';

const stream = (tags: readonly TagFixture[], options: Parameters<typeof imageStream>[2] = {}) => [
  imageStream('s', tags, options),
];

type Outcome = readonly [attempt: string, required: string];

/** Columns of image-policy.md §12.1: default, Attempt and AttemptRewrite agree in every row; so do both Required. */
const matrix: readonly [string, StreamsFixture, Readonly<Record<string, string>>, Outcome][] = [
  ['tag there, local lookup', new StreamsFixture(stream([imported])), {}, [resolvedMysql, resolvedMysql]],
  [
    'tag there, no local lookup',
    new StreamsFixture(stream([imported], { local: false })),
    {},
    [written, 'Invalid'],
  ],
  [
    'tag there, no local lookup, annotation *',
    new StreamsFixture(stream([imported], { local: false })),
    everything,
    [resolvedMysql, resolvedMysql],
  ],
  [
    'tag missing, local lookup, repository',
    new StreamsFixture(stream([], { repository })),
    {},
    [fallback, fallback],
  ],
  [
    'tag missing, no local lookup, annotation *, repository',
    new StreamsFixture(stream([], { local: false, repository })),
    everything,
    [fallback, fallback],
  ],
  [
    'tag without an image, local lookup, repository',
    new StreamsFixture(stream([recordOnly], { repository })),
    {},
    [fallback, fallback],
  ],
  ['tag missing, local lookup, no repository', new StreamsFixture(stream([])), {}, [written, 'Invalid']],
  [
    'tag without an image, local lookup, no repository',
    new StreamsFixture(stream([recordOnly])),
    {},
    [written, 'Invalid'],
  ],
  [
    'tag missing, no local lookup, repository',
    new StreamsFixture(stream([], { local: false, repository })),
    {},
    [written, 'Invalid'],
  ],
  ['stream missing', new StreamsFixture(), {}, [written, 'Invalid']],
];

describe.each(matrix)('a short name: %s', (_, streams, annotations, [attempt, required]) => {
  const request = podRequest({ containers: containers('s:t'), annotations });

  it.each([
    ['the default policy', undefined, attempt],
    ['Attempt', { resolveImages: 'Attempt' }, attempt],
    ['AttemptRewrite', { resolveImages: 'AttemptRewrite' }, attempt],
    ['Required', { resolveImages: 'Required' }, required],
    ['RequiredRewrite', { resolveImages: 'RequiredRewrite' }, required],
  ])('under %s', async (_policy, policyConfig, outcome) => {
    const surroundings = upstream({ streams, ...(policyConfig === undefined ? {} : { policyConfig }) });
    const stored = await storedImages(request, surroundings);
    expect(stored).toEqual(outcome === 'Invalid' ? outcome : [outcome]);
  });
});
