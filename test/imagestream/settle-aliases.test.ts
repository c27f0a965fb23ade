import { describe, expect, it } from '@jest/globals';
import type { ImageStream, NamedTagEventList, TagReference } from '../../src/imagestream/index.ts';
import {
  alias,
  digest,
  entry,
  failure,
  history,
  imagesOf,
  imported,
  noon,
  type Settling,
  settled,
  sourcesOf,
  stream,
  streamImage,
  tagOf,
  timeAt,
} from './settling.ts';

/** Settles, and sees that a second time changes nothing. */
function once(before: ImageStream, options: Settling = {}) {
  const after = settled(before, options);
  expect(settled(after.stream, options).stream).toBe(after.stream);
  return after;
}

const quiet = { moved: [], failed: [], recovered: [], held: [], declared: [] };
const follow = { 'imagestreams.io/follow': 'true' };

describe('a tag that only records a reference', () => {
  const recorded = (from: string, generation = 2) => imported('t', from, { reference: true, generation });

  // image-streams.md §14.2 TestTagsChanged
  it('has it as it is written, without an image', () => {
    const histories = [history('other', 'abc')];
    const after = once(stream({ tags: [recorded('quay.io/org/ruby:2')], histories }));
    const item = {
      created: timeAt(noon),
      dockerImageReference: 'quay.io/org/ruby:2',
      image: '',
      generation: 2,
    };
    expect(after.stream.status?.tags).toEqual([...histories, { tag: 't', items: [item] }]);
    expect(after.moved).toEqual([{ tag: 't', from: '', to: '', reference: 'quay.io/org/ruby:2' }]);
  });

  it('loses its image in place when it had the same reference', () => {
    const reference = entry('abc').dockerImageReference ?? '';
    const after = once(stream({ tags: [recorded(reference)], histories: [history('t', 'abc')] }));
    expect(tagOf(after.stream, 't')?.items).toEqual([entry('abc', { image: '', generation: 2 })]);
  });

  it('keeps what it pointed to before', () => {
    const after = once(stream({ tags: [recorded('quay.io/org/ruby:3')], histories: [history('t', 'abc')] }));
    expect(imagesOf(after.stream, 't')).toEqual(['', digest('abc')]);
  });

  it('is left alone when it was recorded', () => {
    const pushed = stream({ tags: [recorded('quay.io/org/ruby:3', 1)], histories: [history('t', 'abc')] });
    expect(imagesOf(once(pushed).stream, 't')).toEqual([digest('abc')]);
  });
});

describe('a tag that has nowhere to come from', () => {
  it.each<readonly [string, TagReference]>([
    ['no source', { name: 't', generation: 1 }],
    ['an empty source', { name: 't', from: {}, generation: 1 }],
    ['a registry', imported('t')],
  ])('has no history: %s', (_, tag) => {
    const before = stream({ tags: [tag] });
    expect(once(before)).toEqual({ stream: before, ...quiet });
  });

  it.each<readonly [string, TagReference, string]>([
    [
      'is no pull spec',
      imported('t', 'quay.io/Org/x'),
      'spec.tags[t].from.name is "quay.io/Org/x"; it must be a pull spec: repository name must be lowercase',
    ],
    [
      'is a registry',
      imported('t', 'quay.io'),
      'spec.tags[t].from.name is "quay.io"; it must name a repository, not a registry alone',
    ],
    [
      'is empty',
      imported('t', ''),
      'spec.tags[t].from.name is ""; it must be a pull spec: repository name must have at least one component',
    ],
    [
      'has too many parts for a tag',
      alias('t', 'a:b:c'),
      'spec.tags[t].from.name is "a:b:c"; it must be of the form TAG or STREAM:TAG',
    ],
    [
      'has no stream',
      alias('t', ':b'),
      'spec.tags[t].from.name is ":b"; it must be of the form TAG or STREAM:TAG',
    ],
    [
      'has too many parts for an image',
      streamImage('t', 'a@b@c'),
      'spec.tags[t].from.name is "a@b@c"; it must be of the form ID or STREAM@ID',
    ],
    [
      'has no image',
      streamImage('t', 'a@'),
      'spec.tags[t].from.name is "a@"; it must be of the form ID or STREAM@ID',
    ],
    [
      'is of another kind',
      { name: 't', from: { kind: 'Secret', name: 'x' }, generation: 1 },
      'spec.tags[t].from.kind is "Secret"; it must be DockerImage, ImageStreamTag or ImageStreamImage',
    ],
  ])('fails when its source %s', (_, tag, message) => {
    const after = once(stream({ tags: [tag] }));
    expect(after.stream.status?.tags).toEqual([
      { tag: 't', conditions: [failure('InvalidReference', message, 1, noon)] },
    ]);
    expect(after.failed).toEqual([{ tag: 't', reason: 'InvalidReference', message, generation: 1 }]);
  });

  it('does not fail any more without a source', () => {
    const failing = { tag: 't', conditions: [failure('InvalidReference', 'x')] };
    const after = once(stream({ tags: [{ name: 't', generation: 2 }], histories: [failing] }));
    expect(after.stream.status?.tags).toEqual([]);
    expect(after).toMatchObject(quiet);
  });
});

describe('an alias of a tag of the same stream', () => {
  const pointing = (tags: readonly TagReference[], ...histories: readonly NamedTagEventList[]) =>
    stream({ tags, histories });

  // image-streams.md §4.6, §14.1 TestUpdateTrackingTags, §14.2 TestTagsChanged
  it.each([['2.0'], ['ruby:2.0']])('named %s points to what that points to', (source) => {
    const before = pointing([imported('2.0'), alias('t', source, { generation: 3 })], history('2.0', 'abc'));
    const after = once(before);
    expect(tagOf(after.stream, 't')?.items).toEqual([entry('abc', { generation: 3 })]);
    expect(tagOf(after.stream, '2.0')).toBe(tagOf(before, '2.0'));
    expect(after.moved).toEqual([
      { tag: 't', from: '', to: digest('abc'), reference: entry('abc').dockerImageReference },
    ]);
  });

  it('moves along, and all others do, and nobody else', () => {
    const before = pointing(
      [
        imported('2.0'),
        alias('a', '2.0'),
        alias('b', 'ruby:2.0', { from: { kind: 'ImageStreamTag', name: 'ruby:2.0', namespace: 'app' } }),
        streamImage('image', 'abc'),
        alias('c', 'other:2.0'),
        { name: 'none' },
        imported('2.1'),
      ],
      history('2.0', 'def', 'abc'),
      ...['a', 'b', 'image', 'c', 'none', '2.1'].map((tag) => history(tag, 'abc')),
    );
    const after = once(before);
    expect(imagesOf(after.stream, 'a')).toEqual([digest('def'), digest('abc')]);
    expect(imagesOf(after.stream, 'b')).toEqual([digest('def'), digest('abc')]);
    for (const tag of ['image', 'c', 'none', '2.1'])
      expect(tagOf(after.stream, tag)).toBe(tagOf(before, tag));
    expect(after.moved.map(({ tag }) => tag)).toEqual(['a', 'b']);
  });

  it('means latest where no tag is written', () => {
    const after = once(pointing([alias('t', 'ruby:'), imported('latest')], history('latest', 'abc')));
    expect(imagesOf(after.stream, 't')).toEqual([digest('abc')]);
  });

  it('is reached through any number of steps, however they are written', () => {
    const chain = Array.from({ length: 20 }, (_, index) => alias(`t${index}`, `t${index + 1}`));
    for (const tags of [chain, chain.toReversed()]) {
      const after = once(pointing([...tags, imported('t20')], history('t20', 'abc')));
      for (const { name } of chain) expect(imagesOf(after.stream, name)).toEqual([digest('abc')]);
    }
  });

  it('rolls back by pointing to an older tag, which is a new entry', () => {
    const tags = (source: string, generation: number) => [
      imported('1'),
      imported('2'),
      alias('t', source, { generation }),
    ];
    const histories = [history('1', 'aaa'), history('2', 'bbb')];
    let at = once(pointing(tags('1', 1), ...histories)).stream;
    for (const [source, generation] of [
      ['2', 2],
      ['1', 3],
      ['1', 4],
    ] as const) {
      at = once({ ...at, spec: { tags: tags(source, generation) } }).stream;
    }
    expect(tagOf(at, 't')?.items).toEqual([
      entry('aaa', { generation: 4 }),
      entry('bbb', { generation: 2 }),
      entry('aaa', { generation: 1 }),
    ]);
  });

  it('shows an import at once', () => {
    const before = pointing([alias('t', '2.0'), imported('2.0')]);
    const outcome = {
      kind: 'Image',
      image: digest('abc'),
      reference: `quay.io/org/ruby@${digest('abc')}`,
    } as const;
    const asked = {
      tag: '2.0',
      from: 'quay.io/org/ruby:2.0',
      generation: 1,
      insecure: false,
      mode: 'PreserveOriginal',
    } as const;
    const request = { ...asked, platform: { architecture: '', os: '' }, cause: 'Requested' } as const;
    const after = once(before, { results: [{ request, outcome }] });
    expect(after.moved.map(({ tag }) => tag).sort()).toEqual(['2.0', 't']);
  });

  it('has a reference without an image when that is all there is', () => {
    const after = once(pointing([alias('t', 'r'), imported('r', 'quay.io/org/ruby:9', { reference: true })]));
    expect(tagOf(after.stream, 't')?.items).toEqual(tagOf(after.stream, 'r')?.items);
  });

  it('waits quietly while its source is imported for the first time', () => {
    const before = pointing([alias('t', '2.0'), imported('2.0')]);
    expect(once(before)).toEqual({ stream: before, ...quiet });
  });

  it.each<readonly [string, readonly TagReference[], readonly NamedTagEventList[], string]>([
    [
      'is not there',
      [],
      [],
      'spec.tags[t].from names tag "2.0" of image stream "ruby" in namespace "app", which does not exist; the tag points to its image once it does; the stream has no other tag',
    ],
    [
      'has nothing to fill it',
      [{ name: '2.0', generation: 1 }],
      [],
      'spec.tags[t].from names tag "2.0" of image stream "ruby" in namespace "app", which has neither an image nor a "from" to get one; give it one, or point this tag elsewhere',
    ],
    [
      'fails itself',
      [imported('2.0')],
      [{ tag: '2.0', conditions: [failure('Timeout', 'x')] }],
      'spec.tags[t].from names tag "2.0" of image stream "ruby" in namespace "app", which has no image because its own import failed (Timeout)',
    ],
  ])('fails while its source %s, until it has an image', (_, others, histories, message) => {
    const tags = [alias('t', '2.0'), ...others];
    const after = once(stream({ tags, histories }));
    expect(tagOf(after.stream, 't')?.conditions).toEqual([failure('SourceNotFound', message, 1, noon)]);
    expect(after.failed).toEqual([{ tag: 't', reason: 'SourceNotFound', message, generation: 1 }]);
    const status = {
      tags: [history('2.0', 'abc'), ...(after.stream.status?.tags ?? []).filter(({ tag }) => tag === 't')],
    };
    const there = once({ ...after.stream, status });
    expect(tagOf(there.stream, 't')).toEqual(history('t', 'abc'));
    expect(there).toMatchObject({ ...quiet, recovered: ['t'], moved: [{ tag: 't', to: digest('abc') }] });
  });

  it.each<readonly [string, readonly TagReference[], readonly NamedTagEventList[], string]>([
    ['none', [], [], 'the stream has no other tag'],
    ['one that is quite different', [imported('nightly')], [], 'the stream has "nightly"'],
    [
      'some, of which one is near',
      [imported('2.1'), alias('u', '2.1')],
      [history('old', 'abc'), history('2.1', 'abc')],
      'the stream has "2.1", "old", "u"; did you mean "2.1"?',
    ],
    [
      'many',
      Array.from({ length: 9 }, (_, index) => imported(`3.${index}`)),
      [],
      'the stream has "3.8", "3.7", "3.6", "3.5", "3.4" and 4 more; did you mean "3.0"?',
    ],
  ])('fails and tells of the tags that there are: %s', (_, others, histories, there) => {
    const after = once(stream({ tags: [alias('t', '2.0'), ...others], histories }));
    expect(after.failed.filter(({ tag }) => tag === 't').map(({ message }) => message)).toEqual([
      `spec.tags[t].from names tag "2.0" of image stream "ruby" in namespace "app", which does not exist; the tag points to its image once it does; ${there}`,
    ]);
  });

  it('fails with its name, where the path could be taken for a place in the list', () => {
    const after = once(stream({ tags: [alias('1', 'missing')] }));
    expect(after.failed[0]?.message).toContain('spec.tags[1].from of tag "1" names tag "missing" of');
  });

  it('does not fail any more when its source comes to be imported', () => {
    const failing = once(pointing([alias('t', '2.0')])).stream;
    const after = once({ ...failing, spec: { tags: [alias('t', '2.0'), imported('2.0')] } });
    expect(after.stream.status?.tags).toEqual([]);
    expect(after).toMatchObject(quiet);
  });

  it('keeps its image when its source goes', () => {
    const before = settled(pointing([alias('t', '2.0')], history('t', 'abc'))).stream;
    expect(once(before)).toEqual({ stream: before, ...quiet });
  });

  it('keeps its history when its source goes, and fails only when it is asked for again', () => {
    const after = once(pointing([alias('t', '2.0', { generation: 2 })], history('t', 'abc')));
    expect(tagOf(after.stream, 't')).toMatchObject({
      ...history('t', 'abc'),
      conditions: [{ reason: 'SourceNotFound' }],
    });
  });

  it('gets a generation where it has none', () => {
    const tags = [alias('t', '2.0', { generation: null }), imported('2.0')];
    const after = once(pointing(tags, history('2.0', entry('abc', { generation: 4 }))));
    expect(after.stream.spec?.tags?.[0]?.generation).toBe(5);
    expect(tagOf(after.stream, 't')?.items).toEqual([entry('abc', { generation: 5 })]);
  });

  it('does not lower the generation that OpenShift recorded of its source', () => {
    const [source, own] = [entry('abc', { generation: 7 }), entry('abc', { generation: 7 })];
    const before = settled(
      pointing(
        [alias('t', 's'), imported('s', undefined, { generation: 7 })],
        history('s', source),
        history('t', own),
      ),
    );
    expect(once(before.stream).stream).toBe(before.stream);
    expect(tagOf(before.stream, 't')?.items).toEqual([own]);
  });
});

describe('aliases in a circle', () => {
  const conditions = (after: ImageStream, tag: string) =>
    tagOf(after, tag)?.conditions?.map(({ reason }) => reason);

  it('fail, and keep what they have', () => {
    const before = stream({
      tags: [alias('a', 'b'), alias('b', 'c'), alias('c', 'a'), alias('into', 'a'), imported('free')],
      histories: [history('a', 'aaa'), history('b', 'bbb')],
    });
    const after = once(before);
    for (const tag of ['a', 'b', 'c']) expect(conditions(after.stream, tag)).toEqual(['CircularReference']);
    expect(imagesOf(after.stream, 'a')).toEqual([digest('aaa')]);
    expect(imagesOf(after.stream, 'b')).toEqual([digest('bbb')]);
    expect(tagOf(after.stream, 'into')).toEqual(history('into', 'aaa'));
    expect(after.failed[0]?.message).toBe(
      'spec.tags[a].from leads back to the tag itself: a -> b -> c -> a; let one of these tags come from an image',
    );
  });

  it('may be one', () => {
    const after = once(stream({ tags: [alias('a', 'a')] }));
    expect(after.failed.map(({ message }) => message)).toEqual([
      'spec.tags[a].from leads back to the tag itself: a -> a; let one of these tags come from an image',
    ]);
  });

  it('recover when the circle is broken', () => {
    const failing = once(
      stream({ tags: [alias('a', 'b'), alias('b', 'a')], histories: [history('b', 'bbb')] }),
    ).stream;
    const after = once({ ...failing, spec: { tags: [alias('a', 'b'), imported('b')] } });
    expect(tagOf(after.stream, 'a')).toEqual(history('a', 'bbb'));
    expect(after).toMatchObject({ recovered: ['a'], moved: [{ tag: 'a' }] });
  });

  it('are seen across streams that follow each other', () => {
    const mine = stream({
      tags: [alias('a', 'python:b', { annotations: follow })],
      histories: [history('a', 'aaa')],
    });
    const other = stream({
      name: 'python',
      tags: [alias('b', 'ruby:a', { annotations: follow })],
      histories: [history('b', 'bbb')],
    });
    const after = once(mine, { sources: sourcesOf([mine, other]) });
    expect(imagesOf(after.stream, 'a')).toEqual([digest('aaa')]);
    expect(after.failed.map(({ message }) => message)).toEqual([
      'spec.tags[a].from leads back to the tag itself: through tag "b" of image stream "python" in namespace "app"; let one of these tags come from an image',
    ]);
  });

  it('are none when one of them only looks once', () => {
    const mine = stream({
      tags: [alias('a', 'python:b', { annotations: follow })],
      histories: [history('a', 'aaa')],
    });
    const other = stream({ name: 'python', tags: [alias('b', 'ruby:a')], histories: [history('b', 'bbb')] });
    const after = once(mine, { sources: sourcesOf([mine, other]) });
    expect(imagesOf(after.stream, 'a')).toEqual([digest('bbb'), digest('aaa')]);
  });

  it('are looked for no further than 32 steps', () => {
    const chain = Array.from({ length: 40 }, (_, index) => alias(`t${index}`, `t${index + 1}`));
    const after = once(stream({ tags: [...chain, imported('t40')], histories: [history('t40', 'abc')] }));
    expect(conditions(after.stream, 't0')).toEqual(['CircularReference']);
    expect(imagesOf(after.stream, 't8')).toEqual([digest('abc')]);
    expect(after.failed[0]?.message).toBe(
      'spec.tags[t0].from leads through more than 32 tags; let it name a tag nearer to the image',
    );
  });
});

describe('an image of a stream as a source', () => {
  const both = [history('a', 'abc1'), history('b', 'abc2', 'def')];

  it.each([[`ruby@${digest('def')}`], ['ruby@sha256:de'], ['de']])(
    'named %s is found in the history',
    (name) => {
      const after = once(stream({ tags: [streamImage('t', name, { generation: 2 })], histories: both }));
      expect(tagOf(after.stream, 't')?.items).toEqual([
        entry('def', { created: timeAt(noon), generation: 2 }),
      ]);
    },
  );

  it('that is no digest is found too', () => {
    const odd = entry('', { image: '12345', dockerImageReference: 'odd' });
    const after = once(stream({ tags: [streamImage('t', 'ruby@123')], histories: [history('a', odd)] }));
    expect(imagesOf(after.stream, 't')).toEqual(['12345']);
  });

  it('moves the followers of its tag', () => {
    const tags = [streamImage('t1', `ruby@${digest('def')}`, { generation: 2 }), alias('t2', 'ruby:t1')];
    const after = once(stream({ tags, histories: [...both, history('t1', 'aaa'), history('t2', 'aaa')] }));
    expect(imagesOf(after.stream, 't1')).toEqual([digest('def'), digest('aaa')]);
    expect(imagesOf(after.stream, 't2')).toEqual([digest('def'), digest('aaa')]);
  });

  it('is found though it comes with a tag that is settled later', () => {
    const tags = [alias('follower', 't'), streamImage('t', 'def'), alias('u', 'python:3')];
    const python = stream({ name: 'python', histories: [history('3', 'def')] });
    const after = once(stream({ tags }), { sources: sourcesOf([python]) });
    for (const tag of ['follower', 't', 'u']) expect(imagesOf(after.stream, tag)).toEqual([digest('def')]);
    expect(after.failed).toEqual([]);
  });

  it('is named in full when several begin so', () => {
    const after = once(stream({ tags: [streamImage('t', 'abc')], histories: both }));
    expect(after.failed).toEqual([
      {
        tag: 't',
        reason: 'SourceAmbiguous',
        message: `spec.tags[t].from names an image that begins with "abc", and so do 2 images of image stream "ruby" in namespace "app": ${digest('abc1')}, ${digest('abc2')}; write more of the digest`,
        generation: 1,
      },
    ]);
  });

  it('is said to be missing', () => {
    const after = once(stream({ tags: [streamImage('t', 'fff')], histories: both }));
    expect(after.failed.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
      'SourceNotFound: spec.tags[t].from names an image that begins with "fff", and image stream "ruby" in namespace "app" never had one; correct it, or import that image there',
    ]);
  });

  it('stays what it was when others come that begin so', () => {
    const before = settled(
      stream({ tags: [streamImage('t', 'abc')], histories: [history('t', 'abc1'), ...both] }),
    ).stream;
    expect(once(before).stream).toBe(before);
  });
});

describe('an alias of another stream', () => {
  const python = (...images: readonly string[]) =>
    stream({ name: 'python', tags: [imported('3')], histories: [history('3', ...images)] });

  it('is resolved once', () => {
    const first = once(stream({ tags: [alias('t', 'python:3')] }), { sources: sourcesOf([python('abc')]) });
    expect(tagOf(first.stream, 't')).toEqual(history('t', 'abc'));
    const later = { sources: sourcesOf([python('def', 'abc')]) };
    expect(once(first.stream, later).stream).toBe(first.stream);
    expect(once(first.stream, { sources: sourcesOf([]) }).stream).toBe(first.stream);
    const again = once(
      { ...first.stream, spec: { tags: [alias('t', 'python:3', { generation: 2 })] } },
      later,
    );
    expect(imagesOf(again.stream, 't')).toEqual([digest('def'), digest('abc')]);
  });

  it('follows when it says so', () => {
    const tags = [alias('t', 'python:3', { annotations: follow })];
    const first = once(stream({ tags }), { sources: sourcesOf([python('abc')]) });
    const later = once(first.stream, { sources: sourcesOf([python('def', 'abc')]) });
    expect(imagesOf(later.stream, 't')).toEqual([digest('def'), digest('abc')]);
    expect(once(later.stream, { sources: sourcesOf([]) }).stream).toBe(later.stream);
  });

  it.each<readonly [string, readonly ImageStream[], string]>([
    [
      'stream',
      [],
      'spec.tags[t].from names image stream "python" in namespace "app", which does not exist; the tag points to its image once it does',
    ],
    [
      'tag',
      [stream({ name: 'python' })],
      'spec.tags[t].from names tag "3" of image stream "python" in namespace "app", which does not exist; the tag points to its image once it does; the stream has no other tag',
    ],
  ])('fails while there is no such %s, and recovers', (_, streams, message) => {
    const after = once(stream({ tags: [alias('t', 'python:3')] }), { sources: sourcesOf(streams) });
    expect(after.failed).toEqual([{ tag: 't', reason: 'SourceNotFound', message, generation: 1 }]);
    const there = once(after.stream, { now: noon + 5000, sources: sourcesOf([python('abc')]) });
    expect(there).toMatchObject({ ...quiet, recovered: ['t'], moved: [{ tag: 't', to: digest('abc') }] });
  });

  it('fails and tells of the tags of that stream', () => {
    const sources = sourcesOf([stream({ name: 'python', tags: [imported('3.12'), imported('3.13')] })]);
    const after = once(stream({ tags: [alias('t', 'python:3.11')] }), { sources });
    expect(after.failed[0]?.message).toContain('the stream has "3.13", "3.12"; did you mean "3.13"?');
  });

  it('fails and suggests its own stream where the name is near', () => {
    for (const tag of [alias('t', 'rubi:3'), streamImage('t', 'rubi@def')]) {
      const [failed] = once(stream({ tags: [tag] }), { sources: sourcesOf([]) }).failed;
      expect(failed?.message).toContain(
        'names image stream "rubi" in namespace "app", which does not exist; the tag points to its image once it does; did you mean "ruby", this stream?',
      );
    }
  });

  it('waits quietly while that is imported', () => {
    const before = stream({ tags: [alias('t', 'python:3')] });
    const sources = sourcesOf([stream({ name: 'python', tags: [imported('3')] })]);
    expect(once(before, { sources })).toEqual({ stream: before, ...quiet });
  });

  it('may be an image of it', () => {
    const sources = sourcesOf([python('abc', 'def')]);
    const after = once(stream({ tags: [streamImage('t', 'python@def')] }), { sources });
    expect(imagesOf(after.stream, 't')).toEqual([digest('def')]);
    const missing = once(stream({ tags: [streamImage('t', 'perl@def')] }), { sources });
    expect(missing.failed.map(({ reason }) => reason)).toEqual(['SourceNotFound']);
  });
});

describe('an alias of another namespace', () => {
  const shared = (...images: readonly string[]) =>
    stream({
      namespace: 'shared',
      name: 'python',
      tags: [imported('3')],
      histories: [history('3', ...images)],
    });
  const from = { kind: 'ImageStreamTag', name: 'python:3', namespace: 'shared' };
  const looksOnce = stream({ tags: [{ name: 't', from, generation: 1 }] });
  const follows = stream({ tags: [{ name: 't', from, generation: 1, annotations: follow }] });

  it('is resolved once without asking who may pull: that was asked when it was written', () => {
    const after = once(looksOnce, { sources: sourcesOf([shared('abc')]) });
    expect(imagesOf(after.stream, 't')).toEqual([digest('abc')]);
  });

  it('follows while the workloads of its namespace may pull there', () => {
    const may = { allowed: ['shared'] };
    const first = once(follows, { sources: sourcesOf([shared('abc')], may) }).stream;
    const later = once(first, { sources: sourcesOf([shared('def')], may) }).stream;
    expect(imagesOf(later, 't')).toEqual([digest('def'), digest('abc')]);
    const refused = once(later, { sources: sourcesOf([shared('123')]) });
    expect(imagesOf(refused.stream, 't')).toEqual([digest('def'), digest('abc')]);
    expect(refused.failed).toEqual([
      {
        tag: 't',
        reason: 'SourceNotAllowed',
        message:
          'spec.tags[t].from follows image stream "python" in namespace "shared", from which the workloads of namespace "app" may not pull; to allow it: kubectl create rolebinding app-image-puller --namespace=shared --clusterrole=imagestreams-image-puller --group=system:serviceaccounts:app',
        generation: 1,
      },
    ]);
    const allowed = once(refused.stream, { sources: sourcesOf([shared('def')], may) });
    expect(allowed).toMatchObject({ ...quiet, recovered: ['t'] });
  });

  it('is not told what exists there while it may not pull', () => {
    for (const streams of [[], [shared('abc')]]) {
      const after = once(follows, { sources: sourcesOf(streams) });
      expect(after.failed.map(({ reason }) => reason)).toEqual(['SourceNotAllowed']);
    }
  });

  it('is not told the tags and streams that exist there', () => {
    const missing = { ...from, name: 'python:4' };
    const tag = { name: 't', from: missing, generation: 1 };
    const after = once(stream({ tags: [tag] }), { sources: sourcesOf([shared('abc')]) });
    const near = { ...tag, from: { ...from, name: 'rubi:4' } };
    const without = once(stream({ tags: [near] }), { sources: sourcesOf([]) });
    for (const { failed } of [after, without]) {
      expect(failed[0]?.message).toMatch(/does not exist; the tag points to its image once it does$/);
    }
  });

  it('is left as it is while that cannot be asked', () => {
    const unknown = { sources: sourcesOf([shared('abc')], { unknown: ['shared'] }) };
    expect(once(follows, unknown).stream).toBe(follows);
    const failing = once(follows, { sources: sourcesOf([]) }).stream;
    expect(once(failing, unknown).stream).toBe(failing);
  });

  const registry = 'registry.local:5000';
  const own = (reference: string) =>
    stream({
      namespace: 'shared',
      name: 'python',
      histories: [history('3', entry('abc', { dockerImageReference: reference }))],
    });
  const place = (before: ImageStream, reference: string) =>
    tagOf(once(before, { sources: sourcesOf([own(reference)]), integratedRegistry: registry }).stream, 't')
      ?.items?.[0]?.dockerImageReference;

  // image-streams.md §4.4
  it("points into its own stream's repository of the cluster's registry", () => {
    const pullSpec = `${registry}/shared/python@${digest('abc')}`;
    expect(place(looksOnce, pullSpec)).toBe(`${registry}/app/ruby@${digest('abc')}`);
    const reference = stream({ tags: [{ name: 't', from, generation: 1, reference: true }] });
    expect(place(reference, pullSpec)).toBe(pullSpec);
  });

  it.each([
    [`${registry}/shared/perl@${digest('abc')}`],
    [`${registry}/other/python@${digest('abc')}`],
    [`other.local:5000/shared/python@${digest('abc')}`],
    ['not a pull spec'],
  ])('keeps a pull spec of another repository: %s', (pullSpec) => {
    expect(place(looksOnce, pullSpec)).toBe(pullSpec);
  });
});
