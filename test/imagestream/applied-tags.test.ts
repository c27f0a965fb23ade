import { describe, expect, it } from '@jest/globals';
import { prepareImageStream } from '../../src/imagestream/index.ts';
import type { TagReference } from '../../src/imagestream/types.ts';
import { alias, imported, stored, written } from './written.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const a = imported('a', 'quay.io/org/a:1');
const b = imported('b', 'quay.io/org/b:1');
const c = imported('c', 'quay.io/org/c:1');

interface Apply {
  readonly applied?: readonly TagReference[] | string;
  readonly old: readonly TagReference[];
  readonly manifest?: readonly TagReference[];
  readonly clientSideApply?: boolean;
}

function applied({ applied: last, old, manifest, clientSideApply = true }: Apply) {
  const text = typeof last === 'string' ? last : JSON.stringify(written({ tags: last ?? [] }));
  const annotations = last === undefined ? {} : { [lastApplied]: text };
  return prepareImageStream({
    next: written({
      annotations: { [lastApplied]: JSON.stringify(written({ tags: manifest ?? [] })) },
      ...(manifest === undefined ? {} : { tags: manifest }),
    }),
    old: written({ generation: 6, annotations, tags: old.map((tag) => stored(tag, 2)) }),
    namespace: 'ns',
    clientSideApply,
    defaultMode: 'PreserveOriginal',
  }).spec?.tags;
}

describe('a client-side apply', () => {
  it.each<readonly [string, Apply, readonly TagReference[]]>([
    [
      'keeps a tag of somebody else when the manifest is applied again',
      { applied: [a], old: [a, b], manifest: [a] },
      [stored(a, 2), stored(b, 2)],
    ],
    ['removes a tag that left the manifest', { applied: [a, b], old: [a, b], manifest: [a] }, [stored(a, 2)]],
    [
      'removes its own and keeps the others',
      { applied: [a, b], old: [a, b, c], manifest: [a] },
      [stored(a, 2), stored(c, 2)],
    ],
    [
      'keeps the order, and puts new tags last',
      { applied: [a], old: [b, a], manifest: [c, a] },
      [stored(b, 2), stored(a, 2), stored(c, 7)],
    ],
    [
      'keeps the order when the manifest has another',
      { applied: [a, b], old: [a, b], manifest: [b, a] },
      [stored(a, 2), stored(b, 2)],
    ],
    [
      'changes a tag of the manifest',
      { applied: [a], old: [a, b], manifest: [imported('a', 'quay.io/org/a:2')] },
      [stored(imported('a', 'quay.io/org/a:2'), 7), stored(b, 2)],
    ],
    [
      'takes over a tag that somebody else had made',
      { applied: [a], old: [a, b], manifest: [a, imported('b', 'quay.io/org/b:2')] },
      [stored(a, 2), stored(imported('b', 'quay.io/org/b:2'), 7)],
    ],
    ['keeps tags of others when it has none', { applied: [a], old: [a, b] }, [stored(b, 2)]],
    [
      'keeps everything when none was applied before',
      { old: [a, b], manifest: [c] },
      [stored(a, 2), stored(b, 2), stored(c, 7)],
    ],
    [
      'asks to import again',
      { applied: [a], old: [a, b], manifest: [{ ...a, generation: 0 }] },
      [stored(a, 7), stored(b, 2)],
    ],
  ])('%s', (_, apply, expected) => {
    expect(applied(apply)).toEqual(expected);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '"text"',
    '{"spec":null}',
    '{"spec":[]}',
    '{"spec":{"tags":{}}}',
    '{"spec":{"tags":[null,1,"a",{},{"name":1}]}}',
  ])('loses nothing when what was applied last reads %j', (text) => {
    expect(applied({ applied: text, old: [a, b], manifest: [c] })?.map(({ name }) => name)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('reads what can be read of what was applied last', () => {
    const text = '{"spec":{"tags":[null,{"name":"a"}]}}';
    expect(applied({ applied: text, old: [a, b], manifest: [] })).toEqual([stored(b, 2)]);
  });

  it('is the only request that merges', () => {
    expect(applied({ applied: [a], old: [a, b], manifest: [a], clientSideApply: false })).toEqual([
      stored(a, 2),
    ]);
  });

  // as strategic merge does on OpenShift
  it.each<readonly [string, Apply, TagReference]>([
    [
      'keeps a schedule that somebody else set',
      { applied: [a], old: [{ ...a, importPolicy: { scheduled: true } }], manifest: [a] },
      stored({ ...a, importPolicy: { scheduled: true } }, 2),
    ],
    [
      'removes a schedule that left the manifest',
      {
        applied: [{ ...a, importPolicy: { scheduled: true } }],
        old: [{ ...a, importPolicy: { scheduled: true } }],
        manifest: [a],
      },
      stored(a, 2),
    ],
    [
      'merges annotations by name',
      {
        applied: [{ ...a, annotations: { mine: '1', gone: '1' } }],
        old: [{ ...a, annotations: { mine: '1', gone: '1', theirs: '1' } }],
        manifest: [{ ...a, annotations: { mine: '2' } }],
      },
      stored({ ...a, annotations: { mine: '2', theirs: '1' } }, 2),
    ],
    [
      'takes null for nothing said',
      {
        applied: [a],
        old: [{ ...a, annotations: { theirs: '1' } }],
        manifest: [{ ...a, annotations: null }],
      },
      stored({ ...a, annotations: { theirs: '1' } }, 2),
    ],
    [
      'keeps what others added to a part that left the manifest',
      {
        applied: [{ ...a, annotations: { mine: '1' } }],
        old: [{ ...a, annotations: { mine: '1', theirs: '1' } }],
        manifest: [a],
      },
      stored({ ...a, annotations: { theirs: '1' } }, 2),
    ],
    [
      'does not mix two sources',
      {
        applied: [a],
        old: [{ name: 'a', from: { kind: 'ImageStreamTag', namespace: 'other', name: 'x:1' } }],
        manifest: [a],
      },
      stored(a, 7),
    ],
    [
      'keeps the source that somebody else gave a tag without one',
      { applied: [{ name: 'a' }], old: [alias('a', 'x:1')], manifest: [{ name: 'a' }] },
      stored(alias('a', 'x:1'), 2),
    ],
  ])('%s', (_, apply, expected) => {
    expect(applied(apply)).toEqual([expected]);
  });
});
