import { describe, expect, it } from '@jest/globals';
import {
  type ImageStream,
  type ImportFailureReason,
  type ImportOutcome,
  type ImportResult,
  importsDue,
  type TagImport,
  type TagReference,
} from '../../src/imagestream/index.ts';
import {
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
  settings,
  settled,
  stream,
  tagOf,
  timeAt,
} from './settling.ts';

const found = (letters: string): ImportOutcome => ({
  kind: 'Image',
  image: digest(letters),
  reference: `quay.io/org/ruby@${digest(letters)}`,
});

const failed = (reason: ImportFailureReason = 'NotFound', message = 'no such image'): ImportOutcome => ({
  kind: 'Failed',
  reason,
  message,
});

/** What tag `t` of the stream asks for. */
function request(of: ImageStream, more: Partial<TagImport> = {}): TagImport {
  const tag = of.spec?.tags?.find(({ name }) => name === 't');
  return {
    tag: 't',
    from: tag?.from?.name ?? '',
    generation: tag?.generation ?? 0,
    insecure: false,
    mode: 'PreserveOriginal',
    platform: { architecture: '', os: '' },
    cause: 'Requested',
    ...more,
  };
}

/** Settles with the answer to what tag `t` asks for; a second time it must change nothing. */
function answered(before: ImageStream, outcome: ImportOutcome, options: Settling = {}) {
  const results: ImportResult[] = [{ request: request(before), outcome }];
  const after = settled(before, { results, ...options });
  expect(settled(after.stream, { results, ...options }).stream).toBe(after.stream);
  return after;
}

const quiet = { moved: [], failed: [], recovered: [], held: [], declared: [] };

describe('an imported image', () => {
  const tags = (generation: number | null) => [imported('t', undefined, { generation })];
  const now = (letters: string, generation: number) => entry(letters, { created: timeAt(noon), generation });

  // image-streams.md §5.7, §14.8 TestImportSuccessful
  it('begins the history of a tag', () => {
    const after = answered(stream({ tags: tags(2) }), found('abc'));
    expect(after.stream.status?.tags).toEqual([{ tag: 't', items: [now('abc', 2)] }]);
    expect(after).toMatchObject({
      ...quiet,
      moved: [{ tag: 't', from: '', to: digest('abc'), reference: `quay.io/org/ruby@${digest('abc')}` }],
    });
  });

  it('that is another one becomes the newest entry', () => {
    const before = stream({ tags: tags(2), histories: [history('t', 'def')] });
    const after = answered(before, found('abc'));
    expect(tagOf(after.stream, 't')?.items).toEqual([now('abc', 2), entry('def')]);
    expect(after.moved).toEqual([
      { tag: 't', from: digest('def'), to: digest('abc'), reference: `quay.io/org/ruby@${digest('abc')}` },
    ]);
  });

  it('that is the same under another reference changes it in place', () => {
    const before = stream({ tags: tags(2), histories: [history('t', 'abc')] });
    const reference = `mirror.example/ruby@${digest('abc')}`;
    const after = answered(before, { kind: 'Image', image: digest('abc'), reference });
    expect(tagOf(after.stream, 't')?.items).toEqual([
      entry('abc', { dockerImageReference: reference, generation: 2 }),
    ]);
    expect(after.moved).toEqual([{ tag: 't', from: digest('abc'), to: digest('abc'), reference }]);
  });

  it('that is the same raises the generation in place and is no news', () => {
    const before = stream({ tags: tags(2), histories: [history('t', 'abc', 'def')] });
    const after = answered(before, found('abc'));
    expect(tagOf(after.stream, 't')?.items).toEqual([entry('abc', { generation: 2 }), entry('def')]);
    expect(after).toMatchObject(quiet);
  });

  it('that is the same and was not asked for changes nothing at all', () => {
    const before = answered(stream({ tags: tags(2) }), found('abc')).stream;
    expect(
      settled(before, { now: noon + hour, results: [{ request: request(before), outcome: found('abc') }] }),
    ).toEqual({
      stream: before,
      ...quiet,
    });
  });

  it('drops the condition of a failure that is over', () => {
    const before = stream({
      tags: tags(1),
      histories: [{ ...history('t', 'abc'), conditions: [failure('Timeout', 'x')] }],
    });
    const after = answered(before, found('abc'));
    expect(after.stream.status?.tags).toEqual([history('t', 'abc')]);
    expect(after).toMatchObject({ ...quiet, recovered: ['t'] });
  });

  it('gives a tag without a generation one that nobody used', () => {
    const histories = [history('t', entry('abc', { generation: 7 }))];
    const after = answered(
      stream({ tags: [...tags(null), imported('u')], histories, generation: 5 }),
      found('def'),
    );
    expect(after.stream.spec?.tags?.map(({ generation }) => generation)).toEqual([8, 1]);
    expect(tagOf(after.stream, 't')?.items?.[0]?.generation).toBe(8);
  });

  it('never lowers the generation that is recorded', () => {
    const before = stream({ tags: tags(2), histories: [history('t', entry('abc', { generation: 9 }))] });
    expect(tagOf(answered(before, found('def')).stream, 't')?.items?.[0]?.generation).toBe(9);
  });

  it('leaves the rest of the stream the very objects that they were', () => {
    const before = stream({
      tags: [...tags(2), imported('u')],
      histories: [history('u', 'abc')],
      generation: 2,
    });
    const after = answered(before, found('abc')).stream;
    expect(after.spec).toBe(before.spec);
    expect(tagOf(after, 'u')).toBe(tagOf(before, 'u'));
    expect(after.metadata).toEqual({
      ...before.metadata,
      annotations: { 'imagestreams.io/tags': 't,u', 'imagestreams.io/updated': timeAt(noon) },
    });
  });

  it('three times, there and back, gives three entries', () => {
    let at = stream({ tags: tags(1) });
    for (const [index, letters] of ['aaa', 'bbb', 'bbb', 'aaa'].entries()) {
      at = answered(at, found(letters), { now: noon + index * minute }).stream;
    }
    expect(imagesOf(at, 't')).toEqual([digest('aaa'), digest('bbb'), digest('aaa')]);
  });
});

describe('a failed import', () => {
  const histories = [history('t', 'abc')];
  const before = stream({ tags: [imported('t', undefined, { generation: 2 })], histories });

  it('leaves history and spec, and says which generation was tried', () => {
    const after = answered(before, failed());
    expect(after.stream.spec).toBe(before.spec);
    expect(after.stream.status?.tags).toEqual([
      { ...history('t', 'abc'), conditions: [failure('NotFound', 'no such image', 2, noon)] },
    ]);
    expect(after).toMatchObject({
      ...quiet,
      failed: [{ tag: 't', reason: 'NotFound', message: 'no such image', generation: 2 }],
    });
    expect(importsDue(after.stream, noon + 1000 * hour, settings).due).toEqual([]);
  });

  it('that is known already changes nothing', () => {
    const known = answered(before, failed()).stream;
    const again = settled(known, {
      now: noon + hour,
      results: [{ request: request(known), outcome: failed() }],
    });
    expect(again).toEqual({ stream: known, ...quiet });
  });

  it.each<readonly [string, ImportOutcome]>([
    ['reason', failed('Timeout', 'no such image')],
    ['message', failed('NotFound', 'really not')],
  ])('with another %s is told, and has been failing since the first time', (_, outcome) => {
    const known = answered(before, failed()).stream;
    const after = answered(known, outcome, { now: noon + hour });
    expect(tagOf(after.stream, 't')?.conditions?.[0]).toMatchObject({ lastTransitionTime: timeAt(noon) });
    expect(after.failed).toHaveLength(1);
  });

  it('at another generation has been failing since then', () => {
    const known = answered(before, failed()).stream;
    const asked = { ...known, spec: { tags: [imported('t', undefined, { generation: 3 })] } };
    const after = answered(asked, failed(), { now: noon + hour });
    expect(tagOf(after.stream, 't')?.conditions).toEqual([
      failure('NotFound', 'no such image', 3, noon + hour),
    ]);
    expect(after.failed).toEqual([{ tag: 't', reason: 'NotFound', message: 'no such image', generation: 3 }]);
  });

  it('of a tag without history is in the status too', () => {
    const after = answered(stream({ tags: [imported('t')] }), failed('Unauthorized', 'may not'));
    expect(after.stream.status?.tags).toEqual([
      { tag: 't', conditions: [failure('Unauthorized', 'may not', 1, noon)] },
    ]);
  });

  // image-streams.md §14.8 TestCreateImages
  it('says so when nothing is known about it', () => {
    const after = answered(before, failed('ServerError', ''));
    expect(after.failed.map(({ message }) => message)).toEqual(['unknown error prevented import']);
  });

  it('gives a tag without a generation one, so that it is not tried on and on', () => {
    const after = answered(stream({ tags: [imported('t', undefined, { generation: null })] }), failed());
    expect(after.stream.spec?.tags?.[0]?.generation).toBe(2);
    expect(tagOf(after.stream, 't')?.conditions?.[0]?.generation).toBe(2);
    expect(importsDue(after.stream, noon, settings).due).toEqual([]);
  });

  it('replaces what OpenShift said', () => {
    const theirs = {
      type: 'ImportSuccess',
      status: 'False',
      reason: 'InternalError',
      message: 'oops',
      generation: 2,
    };
    const after = answered(
      { ...before, status: { tags: [{ tag: 't', items: null, conditions: [theirs] }] } },
      failed(),
    );
    expect(tagOf(after.stream, 't')).toEqual({
      tag: 't',
      items: null,
      conditions: [failure('NotFound', 'no such image', 2, noon)],
    });
  });
});

describe('an answer to what is not asked any more', () => {
  const asked = imported('t', undefined, {
    generation: 2,
    annotations: { 'importer.image.openshift.io/prefer-os': 'linux' },
  });
  const platform = { architecture: '', os: 'linux' };
  it.each<readonly [string, Partial<TagReference> | undefined, Partial<TagImport>]>([
    ['tag', undefined, {}],
    ['source', {}, { from: 'quay.io/org/ruby:old' }],
    ['generation', {}, { generation: 1 }],
    ['mode', {}, { mode: 'Legacy' }],
    ['insecurity', {}, { insecure: true }],
    ['architecture', {}, { platform: { architecture: 'arm64', os: 'linux' } }],
    ['operating system', {}, { platform: { architecture: '', os: '' } }],
    ['import', { reference: true }, {}],
    ['registry', { from: { kind: 'ImageStreamTag', name: asked.from?.name ?? '' } }, {}],
  ])('changes nothing: other %s', (_, tag, more) => {
    const tags = tag === undefined ? [] : [{ ...asked, ...tag }];
    const before = settled(stream({ tags, generation: 2 })).stream;
    for (const outcome of [found('abc'), failed()]) {
      const results = [{ request: request(stream({ tags: [asked] }), { platform, ...more }), outcome }];
      expect(settled(before, { results })).toEqual({ stream: before, ...quiet });
    }
  });

  it('still counts when only the cause is another', () => {
    const before = stream({ tags: [imported('t')] });
    const results = [{ request: request(before, { cause: 'Retry' }), outcome: found('abc') }];
    expect(imagesOf(settled(before, { results }).stream, 't')).toEqual([digest('abc')]);
  });
});

describe('a new image of a tag with imagestreams.io/min-age', () => {
  const annotations = { 'imagestreams.io/min-age': '2h' };
  const tag = imported('t', undefined, { annotations });
  const before = settled(stream({ tags: [tag], histories: [history('t', 'aaa')] })).stream;
  const candidates = ({ metadata }: ImageStream) =>
    JSON.parse(metadata.annotations?.['imagestreams.io/candidates'] ?? 'null') as unknown;
  const see = (at: ImageStream, letters: string, after: number) =>
    answered(at, found(letters), { now: noon + after });

  it('waits, and is told once', () => {
    const after = see(before, 'bbb', 0);
    expect(after.stream.status).toBe(before.status);
    expect(candidates(after.stream)).toEqual({ t: { image: digest('bbb'), seen: timeAt(noon) } });
    expect(after).toMatchObject({
      ...quiet,
      held: [{ tag: 't', image: digest('bbb'), seen: timeAt(noon), movesAt: noon + 2 * hour }],
    });
    expect(see(after.stream, 'bbb', hour)).toMatchObject({ stream: after.stream, ...quiet });
  });

  it('moves the tag when it was seen for that long', () => {
    const after = see(see(before, 'bbb', 0).stream, 'bbb', 2 * hour);
    expect(imagesOf(after.stream, 't')).toEqual([digest('bbb'), digest('aaa')]);
    expect(candidates(after.stream)).toBeNull();
    expect(after).toMatchObject({ ...quiet, moved: [{ tag: 't', from: digest('aaa'), to: digest('bbb') }] });
  });

  it('begins to wait again as another one', () => {
    const after = see(see(before, 'bbb', 0).stream, 'ccc', hour);
    expect(candidates(after.stream)).toEqual({ t: { image: digest('ccc'), seen: timeAt(noon + hour) } });
    expect(see(after.stream, 'ccc', 2 * hour).moved).toEqual([]);
    expect(see(after.stream, 'ccc', 3 * hour).moved).toHaveLength(1);
  });

  it('is forgotten when the tag goes back to what it was', () => {
    const back = see(see(before, 'bbb', 0).stream, 'aaa', hour);
    expect(back).toMatchObject({ ...quiet, stream: { status: before.status } });
    expect(candidates(back.stream)).toBeNull();
    expect(candidates(see(back.stream, 'bbb', 2 * hour).stream)).toEqual({
      t: { image: digest('bbb'), seen: timeAt(noon + 2 * hour) },
    });
  });

  it('does not wait when somebody asked for it', () => {
    const waiting = see(before, 'bbb', 0).stream;
    const asked = { ...waiting, spec: { tags: [{ ...tag, generation: 2 }] } };
    const after = see(asked, 'bbb', minute);
    expect(imagesOf(after.stream, 't')).toEqual([digest('bbb'), digest('aaa')]);
    expect(candidates(after.stream)).toBeNull();
  });

  it('does not wait after a failure of what somebody asked for', () => {
    const asked = { ...before, spec: { tags: [{ ...tag, generation: 2 }] } };
    const after = see(answered(asked, failed('Timeout')).stream, 'bbb', hour);
    expect(after.moved).toHaveLength(1);
  });

  it('does not wait as the first one', () => {
    expect(see(stream({ tags: [tag] }), 'bbb', 0).moved).toHaveLength(1);
  });

  it('waits on while the import fails', () => {
    const waiting = see(before, 'bbb', 0).stream;
    const after = answered(waiting, failed('Timeout'), { now: noon + hour });
    expect(candidates(after.stream)).toEqual(candidates(waiting));
    const recovered = see(after.stream, 'bbb', 2 * hour - minute);
    expect(recovered).toMatchObject({ ...quiet, recovered: ['t'] });
    expect(tagOf(recovered.stream, 't')).toEqual(history('t', 'aaa'));
  });

  it.each<readonly [string, readonly TagReference[]]>([
    ['was removed', []],
    ['is an alias now', [{ ...tag, from: { kind: 'ImageStreamTag', name: 'ghost' } }]],
    ['asks for something else now', [{ ...tag, generation: 2 }]],
  ])('is forgotten when the tag %s', (_, tags) => {
    const waiting = see(before, 'bbb', 0).stream;
    expect(candidates(settled({ ...waiting, spec: { tags } }).stream)).toBeNull();
  });

  it.each([['no JSON'], ['[]'], ['{"t":1}'], ['{"t":{"image":"sha256:1","seen":"long ago"}}']])(
    'begins to wait when what is stored is %s',
    (text) => {
      const odd = {
        ...before,
        metadata: { ...before.metadata, annotations: { 'imagestreams.io/candidates': text } },
      };
      const after = see(odd, 'bbb', 0);
      expect(candidates(after.stream)).toEqual({ t: { image: digest('bbb'), seen: timeAt(noon) } });
    },
  );

  it('does not wait when the age cannot be read', () => {
    const odd = {
      ...before,
      spec: { tags: [{ ...tag, annotations: { 'imagestreams.io/min-age': 'old' } }] },
    };
    expect(see(odd, 'bbb', 0).moved).toHaveLength(1);
  });
});
