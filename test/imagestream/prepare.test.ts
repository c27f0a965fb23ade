import { describe, expect, it } from '@jest/globals';
import { type ImageStream, prepareImageStream, type StreamRequest } from '../../src/imagestream/index.ts';
import type { TagReference } from '../../src/imagestream/types.ts';
import { alias, imported, recorded, stored, written } from './written.ts';

function prepare(next: ImageStream, old?: ImageStream, more: Partial<StreamRequest> = {}): ImageStream {
  return prepareImageStream({
    next,
    old,
    namespace: 'ns',
    clientSideApply: false,
    defaultMode: 'PreserveOriginal',
    ...more,
  });
}

function preparedTag(next: TagReference, old?: TagReference, generation = 4): TagReference | undefined {
  const before = old && written({ generation, tags: [old] });
  return prepare(written({ tags: [next] }), before).spec?.tags?.[0];
}

const ruby = imported('latest', 'quay.io/org/ruby:2');

describe('a new stream', () => {
  it('has tags of generation 1, whatever the manifest says, with defaults', () => {
    const tags = [ruby, { ...alias('a', 'latest'), generation: 7 }, { name: 'pushed', generation: 0 }];
    expect(prepare(written({ tags })).spec?.tags).toEqual([
      stored(ruby),
      stored(alias('a', 'latest')),
      stored({ name: 'pushed' }),
    ]);
  });

  it('keeps what is given', () => {
    const tag = {
      ...ruby,
      importPolicy: { importMode: 'Legacy', scheduled: true },
      referencePolicy: { type: 'Local' },
    } as const;
    expect(prepare(written({ tags: [tag] })).spec?.tags).toEqual([{ ...tag, generation: 1 }]);
  });

  it('gets the default mode of the cluster', () => {
    const prepared = prepare(written({ tags: [ruby] }), undefined, { defaultMode: 'Legacy' });
    expect(prepared.spec?.tags?.[0]?.importPolicy).toEqual({ importMode: 'Legacy' });
  });

  it('may have null wherever OpenShift writes null', () => {
    const nulls = { ...ruby, annotations: null, generation: null, importPolicy: null, referencePolicy: null };
    expect(prepare(written({ tags: [nulls] })).spec?.tags).toEqual([{ ...stored(ruby), annotations: null }]);
  });

  it.each([
    ['has all it needs', written({ tags: [stored(ruby)] })],
    ['has no tags', written()],
    ['has no spec', { ...written(), spec: null }],
  ])('is left alone when it %s', (_, next) => {
    expect(prepare(next)).toBe(next);
  });
});

describe('the generation of a tag', () => {
  const old = stored(ruby, 2);
  // image-streams.md §4.3; the stream is at 4, so the next is 5
  it.each<readonly [string, TagReference, TagReference | undefined, number | null]>([
    ['stays when nothing is said of it', ruby, old, 2],
    ['stays when null is said', { ...ruby, generation: null }, old, 2],
    ['stays when it is said again', { ...ruby, generation: 2 }, old, 2],
    ['cannot be raised', { ...ruby, generation: 9 }, old, 2],
    ['cannot be lowered', { ...ruby, generation: 1 }, old, 2],
    ['cannot be negative', { ...ruby, generation: -1 }, old, 2],
    ['is the next when 0 asks for another import', { ...ruby, generation: 0 }, old, 5],
    ['is the next for a new tag', ruby, undefined, 5],
    ['is the next for a new tag that says another', { ...ruby, generation: 3 }, undefined, 5],
    ['is the next for another source', imported('latest', 'quay.io/org/ruby:3'), old, 5],
    [
      'is the next for another source that says the old one',
      { ...imported('latest', 'x:3'), generation: 2 },
      old,
      5,
    ],
    ['is the next for another kind of source', alias('latest', 'quay.io/org/ruby:2'), old, 5],
    ['is the next for another mode', { ...ruby, importPolicy: { importMode: 'Legacy' } }, old, 5],
    ['is the next for a tag that only records now', { ...ruby, reference: true }, old, 5],
    ['stays when it is scheduled', { ...ruby, importPolicy: { scheduled: true } }, old, 2],
    ['is the next when it becomes insecure', { ...ruby, importPolicy: { insecure: true } }, old, 5],
    [
      'is the next when it wants another platform',
      { ...ruby, annotations: { 'importer.image.openshift.io/prefer-arch': 'arm64' } },
      old,
      5,
    ],
    ['stays with other annotations', { ...ruby, annotations: { a: 'b' } }, old, 2],
    ['stays with another reference policy', { ...ruby, referencePolicy: { type: 'Local' } }, old, 2],
    ['stays when the source goes', { name: 'latest' }, old, 2],
    ['stays none until the controller gives one', { ...ruby, generation: 8 }, stored(ruby, null), null],
    ['is the next for an asked import before it had one', { ...ruby, generation: 0 }, stored(ruby, null), 5],
  ])('%s', (_, next, before, generation) => {
    const stream = written({ generation: 4, tags: before === undefined ? [] : [before] });
    const prepared = prepare(written({ tags: [next] }), stream).spec?.tags?.[0];
    expect(prepared?.generation ?? null).toBe(generation);
  });

  it.each<readonly [string, ImageStream, number]>([
    ['the stream', written({ generation: 9 }), 10],
    ['another tag', written({ generation: 2, tags: [stored(alias('b', 'latest'), 11)] }), 12],
    [
      'the history',
      written({ generation: 2, status: { tags: [{ tag: 'b', items: [recorded('a'), recorded('a', 14)] }] } }),
      15,
    ],
    [
      'a failed import',
      written({
        generation: 2,
        status: {
          tags: [{ tag: 'b', conditions: [{ type: 'ImportSuccess', status: 'False', generation: 16 }] }],
        },
      }),
      17,
    ],
    ['nothing', written(), 1],
    [
      'a history with a number that is no longer exact',
      written({ generation: 2, status: { tags: [{ tag: 'b', items: [recorded('a', 2 ** 63)] }] } }),
      3,
    ],
  ])('is above that of %s', (_, old_, generation) => {
    expect(prepare(written({ tags: [ruby] }), old_).spec?.tags?.[0]?.generation).toBe(generation);
  });

  it('is one for all changes of a request', () => {
    const old_ = written({ generation: 4, tags: [stored(ruby, 2), stored(alias('b', 'latest'), 4)] });
    const next = written({
      tags: [{ ...ruby, generation: 0 }, alias('b', 'other:latest'), { name: 'c' }],
    });
    expect(prepare(next, old_).spec?.tags?.map(({ generation }) => generation)).toEqual([5, 5, 5]);
  });

  it('asks again when the API server reviews the same request twice', () => {
    const old_ = written({ generation: 4, tags: [stored(ruby, 2)] });
    const once = prepare(written({ tags: [{ ...ruby, generation: 0 }] }), old_);
    expect(prepare(once, old_)).toBe(once);
    expect(once.spec?.tags?.[0]?.generation).toBe(5);
  });
});

describe('what is said again', () => {
  const tags = [stored(ruby, 2), stored(alias('a', 'latest'), 3), stored({ name: 'pushed' }, 4)];
  const old = written({ generation: 5, tags, annotations: { 'imagestreams.io/tags': 'latest' } });

  it('is stored as it was', () => {
    const next = written({ tags: [ruby, alias('a', 'latest'), { name: 'pushed' }] });
    expect(prepare(next, old).spec).toEqual(old.spec);
  });

  it('is identical when it is what is stored', () => {
    const next = structuredClone(old);
    expect(prepare(next, old)).toBe(next);
  });

  it('waits for the controller to give a generation', () => {
    const pending = written({ generation: 5, tags: [stored(ruby, null)] });
    const next = written({ tags: [stored(ruby, null)] });
    expect(prepare(next, pending)).toBe(next);
  });

  it('is left alone without defaults, too, where an older program stored it', () => {
    const bare = written({ generation: 5, tags: [{ ...ruby, annotations: null }] });
    const next = written({ tags: [ruby] });
    expect(prepare(next, bare)).toBe(next);
  });

  it('gets the default mode when the manifest names none any more', () => {
    const legacy = { ...ruby, importPolicy: { importMode: 'Legacy' } } as const;
    expect(preparedTag(ruby, stored(legacy, 2))).toEqual(stored(ruby, 5));
  });
});

describe('a spec that the schema refuses', () => {
  it.each<readonly [string, unknown]>([
    ['is no object', 'tags'],
    ['has tags that are no list', { tags: 'latest' }],
    ['has a tag that is no object', { tags: ['latest'] }],
    ['has a tag that is null', { tags: [null] }],
    ['has a tag without a name', { tags: [{ from: { kind: 'DockerImage', name: 'a' } }] }],
    ['has a tag with a number for a name', { tags: [{ name: 1 }] }],
    ['has a source that is a text', { tags: [{ name: 'a', from: 'quay.io/a' }] }],
    ['has a generation that is a text', { tags: [{ name: 'a', generation: '1' }] }],
    ['has a generation that is no whole number', { tags: [{ name: 'a', generation: 1.5 }] }],
    ['has a policy that is a list', { tags: [{ name: 'a', importPolicy: [] }] }],
    ['names a tag twice', { tags: [ruby, ruby] }],
  ])('is left alone when it %s', (_, spec) => {
    const next = { ...written(), spec } as ImageStream;
    const old = written({ tags: [stored(ruby)] });
    expect(prepare(next)).toBe(next);
    expect(prepare(next, old, { clientSideApply: true })).toBe(next);
  });
});

describe('a removed tag', () => {
  const history = {
    tags: [
      { tag: 'a', items: [recorded('x')] },
      { tag: 'b', items: [recorded('y')] },
    ],
  };
  const a = stored(imported('a', 'x'));
  const b = stored(imported('b', 'y'));
  const fresh = stored(imported('fresh', 'z'));
  const removed = 'imagestreams.io/removed-tags';

  it.each<
    readonly [
      string,
      readonly TagReference[],
      readonly TagReference[],
      string | undefined,
      string | undefined,
    ]
  >([
    ['is noted', [a, b], [b], undefined, '["a"]'],
    ['is noted with others that wait', [a, b], [a], '["old"]', '["old","b"]'],
    ['is not noted without a history', [a, fresh], [a], undefined, undefined],
    ['is noted no more when it is added again', [b], [a, b], '["a"]', undefined],
    ['leaves the others when it is added again', [], [a], '["a","b"]', '["b"]'],
    ['is not noted when nothing goes', [a, b], [a, b], undefined, undefined],
    ['stays noted in the same words', [b], [b], '[ "a" ]', '[ "a" ]'],
    ['is noted over what cannot be read', [a, b], [b], 'nonsense', '["a"]'],
    ['is no reason to mend what cannot be read', [a], [a], 'nonsense', 'nonsense'],
  ])('%s', (_, before, after, noted, expected) => {
    const annotations = noted === undefined ? {} : { [removed]: noted };
    const old = written({ generation: 1, tags: before, annotations, status: history });
    const next = written({ tags: after, annotations });
    expect(prepare(next, old).metadata.annotations?.[removed]).toBe(expected);
  });

  it('cannot be noted by a user', () => {
    const old = written({ tags: [a], status: history });
    const next = written({ tags: [a], annotations: { [removed]: '["b"]' } });
    expect(prepare(next, old).metadata.annotations).toEqual({});
  });
});

describe("the controller's annotations", () => {
  const own = {
    'imagestreams.io/tags': 'latest',
    'imagestreams.io/updated': '2026-01-01T00:00:00Z',
    'imagestreams.io/candidates': '{}',
  };
  const check = 'openshift.io/image.dockerRepositoryCheck';

  it.each<readonly [string, object | undefined, object | undefined, object | undefined]>([
    ['are not for a user to add', undefined, { ...own, mine: '1' }, { mine: '1' }],
    ['are not for a user to change', own, { ...own, 'imagestreams.io/tags': 'forged' }, own],
    ['are not for a user to remove', own, undefined, own],
    ['stay beside what a user adds', own, { mine: '1' }, { mine: '1', ...own }],
    ['are the same when nothing is said', undefined, undefined, undefined],
    ["leave the user's own to the user", { [check]: 'done', mine: '1' }, {}, {}],
  ])('%s', (_, before, sent, expected) => {
    const metadata = (annotations: object | undefined) => ({
      ...written().metadata,
      ...(annotations && { annotations: { ...annotations } as Record<string, string> }),
    });
    const old = { ...written(), metadata: metadata(before) };
    const next = { ...written(), metadata: metadata(sent) };
    expect(prepare(next, old).metadata.annotations).toEqual(expected);
  });

  it('come with no manifest', () => {
    const exported = { ...own, 'imagestreams.io/removed-tags': '["a"]', [check]: 'done' };
    expect(prepare(written({ annotations: exported })).metadata.annotations).toEqual({ [check]: 'done' });
  });
});
