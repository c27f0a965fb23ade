import { describe, expect, it } from '@jest/globals';
import type { ImageStream, ImportResult } from '../../src/imagestream/index.ts';
import {
  alias,
  digest,
  entry,
  failure,
  history,
  hour,
  imagesOf,
  imported,
  minute,
  noon,
  type Settling,
  settled,
  stream,
  tagOf,
  timeAt,
} from './settling.ts';

function once(before: ImageStream, options: Settling = {}) {
  const after = settled(before, options);
  expect(settled(after.stream, options).stream).toBe(after.stream);
  return after;
}

/** The import of an image into a tag of that name. */
function result(tag: string, letters: string, generation = 1): ImportResult {
  const asked = {
    tag,
    from: `quay.io/org/ruby:${tag}`,
    generation,
    insecure: false,
    mode: 'PreserveOriginal',
  } as const;
  return {
    request: { ...asked, platform: { architecture: '', os: '' }, cause: 'Requested' },
    outcome: { kind: 'Image', image: digest(letters), reference: `quay.io/org/ruby@${digest(letters)}` },
  };
}

describe('a stream without anything to do', () => {
  it.each<readonly [string, ImageStream]>([
    ['that is empty', stream({})],
    ['with null in it', { ...stream({}), spec: null, status: null }],
    ['with null in it further down', { ...stream({}), spec: { tags: null }, status: { tags: null } }],
    ['with tags that only the status has', settled(stream({ histories: [history('pushed', 'abc')] })).stream],
  ])('is the very same: %s', (_, before) => {
    expect(settled(before)).toEqual({
      stream: before,
      moved: [],
      failed: [],
      recovered: [],
      held: [],
      declared: [],
    });
    expect(settled(before).stream).toBe(before);
  });

  it('is the very same when its status says things that are not ours', () => {
    const condition = { type: 'Odd', status: 'True' };
    const before = settled(
      stream({ histories: [{ ...history('pushed', 'abc'), conditions: [condition] }] }),
    ).stream;
    expect(settled(before).stream).toBe(before);
  });
});

describe('a removed tag', () => {
  const removed = (names: string) => ({ 'imagestreams.io/removed-tags': names });

  it('takes its history along, and the note of it', () => {
    const before = stream({
      annotations: { ...removed('["gone","ghost"]'), mine: 'stays' },
      tags: [imported('kept'), alias('follower', 'gone')],
      histories: ['gone', 'kept', 'follower', 'pushed'].map((tag) => history(tag, 'abc')),
    });
    const after = once(before);
    expect(after.stream.status?.tags?.map(({ tag }) => tag)).toEqual(['follower', 'kept', 'pushed']);
    expect(after.stream.metadata.annotations).toEqual({
      mine: 'stays',
      'imagestreams.io/tags': 'follower,kept,pushed',
      'imagestreams.io/updated': timeAt(noon - hour),
    });
  });

  it('keeps its history when it is there again', () => {
    const before = stream({
      annotations: removed('["t"]'),
      tags: [imported('t')],
      histories: [history('t', 'abc')],
    });
    const after = once(before);
    expect(imagesOf(after.stream, 't')).toEqual([digest('abc')]);
    expect(after.stream.metadata.annotations).not.toHaveProperty('imagestreams.io/removed-tags');
  });

  it('is no reason to fail when the note cannot be read', () => {
    const after = once(stream({ annotations: removed('{'), histories: [history('t', 'abc')] }));
    expect(imagesOf(after.stream, 't')).toEqual([digest('abc')]);
    expect(after.stream.metadata.annotations).not.toHaveProperty('imagestreams.io/removed-tags');
  });
});

describe('an empty history', () => {
  it('goes', () => {
    const histories = [
      { tag: 'a' },
      { tag: 'b', items: null, conditions: [] },
      { tag: 'c', conditions: [failure('NotFound', 'x')] },
    ];
    expect(once(stream({ histories })).stream.status?.tags).toEqual([histories[2]]);
  });
});

describe("a stream's own repository", () => {
  // image-streams.md §4.9, §14.4
  it.each<readonly [string, string | undefined, Settling, object | undefined]>([
    ['nowhere', undefined, {}, undefined],
    ['what the spec says', 'quay.io/org/ruby', {}, { dockerImageRepository: 'quay.io/org/ruby' }],
    [
      "in the cluster's registry",
      undefined,
      { integratedRegistry: 'registry:5000' },
      { dockerImageRepository: 'registry:5000/app/ruby' },
    ],
    [
      "in the cluster's registry, whatever the spec says",
      'quay.io/org/ruby',
      { integratedRegistry: 'registry:5000' },
      { dockerImageRepository: 'registry:5000/app/ruby' },
    ],
    [
      'reached from outside, too',
      undefined,
      { integratedRegistry: 'registry:5000', publicRegistry: 'registry.example' },
      {
        dockerImageRepository: 'registry:5000/app/ruby',
        publicDockerImageRepository: 'registry.example/app/ruby',
      },
    ],
  ])('is %s', (_, repository, options, expected) => {
    const annotations = { 'openshift.io/image.dockerRepositoryCheck': 'done' };
    const before = stream({ annotations, ...(repository === undefined ? {} : { repository }) });
    expect(once(before, options).stream.status).toEqual(expected);
  });

  it('is forgotten when there is none any more', () => {
    const registries = { integratedRegistry: 'registry:5000', publicRegistry: 'registry.example' };
    const before = once(stream({ histories: [history('t', 'abc')] }), registries).stream;
    expect(once(before).stream.status).toEqual({ tags: [history('t', 'abc')] });
  });
});

describe('the summary of a stream', () => {
  const at = (tag: string, minutes: number) =>
    history(tag, entry('abc', { created: timeAt(noon - hour + minutes * minute) }), 'def');
  const summary = ({ metadata }: ImageStream) => [
    metadata.annotations?.['imagestreams.io/tags'],
    metadata.annotations?.['imagestreams.io/updated'],
  ];

  // image-streams.md §9, §14.1 TestSortStatusTags
  it.each([
    ['nothing', [], undefined, undefined],
    ['one tag', [at('a', 1)], 'a', timeAt(noon - hour + minute)],
    ['tags, newest first', [at('a', 1), at('b', 3), at('c', 2)], 'b,c,a', timeAt(noon - hour + 3 * minute)],
    ['equally old tags by name', [at('b', 1), at('a', 1)], 'a,b', timeAt(noon - hour + minute)],
    [
      'tags without images last',
      [{ tag: 'a', conditions: [failure('NotFound', 'x')] }, at('b', 1)],
      'b,a',
      timeAt(noon - hour + minute),
    ],
    [
      'five of many',
      [1, 2, 3, 4, 5, 6, 7].map((minutes) => at(`v${minutes}`, minutes)),
      'v7,v6,v5,v4,v3 + 2 more...',
      timeAt(noon - hour + 7 * minute),
    ],
    ['a tag that only failed', [{ tag: 'a', conditions: [failure('NotFound', 'x')] }], 'a', undefined],
    ['an image of unknown age', [{ tag: 'a', items: [{ image: digest('abc') }] }], 'a', undefined],
  ])('has %s', (_, histories, tags, updated) => {
    expect(summary(once(stream({ histories })).stream)).toEqual([tags, updated]);
  });

  it('is not fought over, but made anew with the next change', () => {
    const annotations = { 'imagestreams.io/tags': 'old', 'imagestreams.io/updated': 'old' };
    const before = stream({ annotations, tags: [imported('a')], histories: [history('a', 'abc')] });
    expect(once(before).stream).toBe(before);
    expect(summary(once(before, { results: [result('a', 'def')] }).stream)).toEqual(['a', timeAt(noon)]);
  });

  it('goes with the last tag', () => {
    const annotations = {
      'imagestreams.io/removed-tags': '["a"]',
      'imagestreams.io/tags': 'a',
      'imagestreams.io/updated': timeAt(noon),
    };
    const after = once(stream({ annotations, histories: [history('a', 'abc')] }));
    expect(after.stream.metadata.annotations).toEqual({});
  });
});

describe('a history', () => {
  const letters = (index: number) => `${index}`.padStart(4, 'a');
  const long = (tag: string, length: number) =>
    history(
      tag,
      ...Array.from({ length }, (_, index) =>
        entry(letters(index), { created: timeAt(noon - hour - index * minute) }),
      ),
    );

  it('keeps so many entries of a tag, the newest', () => {
    const before = stream({
      tags: [imported('a'), imported('b')],
      histories: [long('a', 100), long('b', 3)],
    });
    const after = once(before, { results: [result('a', 'bbb')] });
    expect(imagesOf(after.stream, 'a')).toEqual([digest('bbb'), ...imagesOf(before, 'a').slice(0, 99)]);
    expect(tagOf(after.stream, 'b')).toBe(tagOf(before, 'b'));
  });

  it('is left alone while nothing else is to be written', () => {
    const before = settled(stream({ histories: [long('a', 150)] }), { mostEntries: 200 }).stream;
    expect(once(before).stream).toBe(before);
  });

  it('gives way where the stream is too large, the longest first, and never what a tag points to', () => {
    const tags = ['a', 'b', 'c'].map((name) => imported(name));
    const before = stream({ tags, histories: [long('a', 10), long('b', 4), long('c', 1)] });
    const lengths = (mostBytes: number) => {
      const after = once(before, { results: [result('a', 'bbb')], mostBytes });
      const size = Buffer.byteLength(JSON.stringify(after.stream));
      return { size, lengths: ['a', 'b', 'c'].map((tag) => imagesOf(after.stream, tag).length) };
    };
    const all = lengths(1_000_000);
    expect(all.lengths).toEqual([11, 4, 1]);
    expect(lengths(all.size)).toEqual(all);
    const one = lengths(all.size - 1);
    expect(one.lengths).toEqual([10, 4, 1]);
    const each = all.size - one.size;
    expect(lengths(all.size - 6.5 * each).lengths).toEqual([4, 4, 1]);
    // of equally long ones the one that goes back furthest is first: a has a newer entry in front
    expect(lengths(all.size - 7.5 * each).lengths).toEqual([4, 3, 1]);
    expect(lengths(1).lengths).toEqual([1, 1, 1]);
    expect(lengths(all.size - 8.5 * each).size).toBeLessThanOrEqual(all.size - 8.5 * each);
  });

  it('counts bytes as they are stored', () => {
    const before = stream({
      annotations: { note: 'ä€😀' },
      tags: [imported('a')],
      histories: [long('a', 2)],
    });
    const { stream: after } = once(before, { results: [result('a', 'bbb')] });
    const size = Buffer.byteLength(JSON.stringify(after));
    const entries = (mostBytes: number) =>
      imagesOf(once(before, { results: [result('a', 'bbb')], mostBytes }).stream, 'a').length;
    expect(entries(size)).toBe(3);
    expect(entries(size - 1)).toBe(2);
  });

  it('is not begun where there is no room for it', () => {
    const before = settled(
      stream({ tags: [imported('a'), imported('b'), alias('c', 'a')], histories: [long('a', 1)] }),
    );
    const options = { results: [result('a', 'aaa'), result('b', 'bbb')], mostBytes: 100 };
    const known = { ...before.stream, status: { tags: [long('a', 1)] } };
    const after = once(known, options);
    expect(imagesOf(after.stream, 'a')).toEqual([digest('aaa')]);
    expect(after.failed.map(({ tag, reason, message }) => `${tag} ${reason}: ${message}`)).toEqual([
      'b HistoryTooLarge: the stream would take more than the 100 bytes that it may, even without older history; remove tags that nobody needs, or use a second stream',
      'c HistoryTooLarge: the stream would take more than the 100 bytes that it may, even without older history; remove tags that nobody needs, or use a second stream',
    ]);
    const room = once(after.stream, { mostBytes: 100_000 });
    expect(imagesOf(room.stream, 'c')).toEqual([digest('aaa')]);
    expect(room.recovered).toEqual(['c']);
  });
});
