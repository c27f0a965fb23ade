import { describe, expect, it } from '@jest/globals';
import { crossNamespaceSources, prepareImageStream } from '../../src/imagestream/index.ts';
import type { TagReference } from '../../src/imagestream/types.ts';
import { imported, stored, written } from './written.ts';

const foreign = (name: string, source: string, more: Partial<TagReference> = {}): TagReference => ({
  name,
  from: { kind: 'ImageStreamTag', namespace: 'otherns', name: source },
  ...more,
});
const follow = { annotations: { 'imagestreams.io/follow': 'true' } };

function asked(tags: readonly TagReference[], before?: readonly TagReference[]) {
  const old = before && written({ generation: 3, tags: before.map((tag) => stored(tag, 2)) });
  const next = prepareImageStream({
    next: written({ tags }),
    old,
    namespace: 'ns',
    clientSideApply: false,
    defaultMode: 'PreserveOriginal',
  });
  return crossNamespaceSources(next, old, 'ns');
}

const question = (tag: string, stream: string) => ({
  field: `spec.tags[${tag}].from`,
  tag,
  namespace: 'otherns',
  stream,
});

describe('a stream of another namespace is asked for', () => {
  const x = foreign('a', 'otherstream:x');
  // image-streams.md §14.3, §4.7
  it.each<readonly [string, readonly TagReference[], readonly TagReference[] | undefined, readonly object[]]>(
    [
      ['not without tags', [], undefined, []],
      ['not for a registry', [imported('a', 'otherns/x')], undefined, []],
      [
        'not for the own namespace',
        [{ name: 'a', from: { kind: 'ImageStreamTag', name: 's:x', namespace: 'ns' } }],
        undefined,
        [],
      ],
      ['not when the tag is as it was', [x], [x], []],
      ['not when something else changes', [{ ...x, referencePolicy: { type: 'Local' } }], [x], []],
      ['not for a name of another form', [foreign('a', 'a:b:c')], undefined, []],
      ['not for a name that cannot be', [foreign('a', '../x:1')], undefined, []],
      ['for a new tag', [x], undefined, [question('a', 'otherstream')]],
      [
        'for a tag that is added',
        [x, imported('b', 'y')],
        [imported('b', 'y')],
        [question('a', 'otherstream')],
      ],
      ['for another tag of it', [foreign('a', 'otherstream:y')], [x], [question('a', 'otherstream')]],
      ['for a tag that came from a registry', [x], [imported('a', 'y')], [question('a', 'otherstream')]],
      [
        'for a tag that came from the own namespace',
        [x],
        [{ name: 'a', from: { kind: 'ImageStreamTag', name: 'otherstream:x' } }],
        [question('a', 'otherstream')],
      ],
      [
        'for an image of it',
        [{ name: 'a', from: { kind: 'ImageStreamImage', name: 's@12345', namespace: 'otherns' } }],
        undefined,
        [question('a', 's')],
      ],
      ['for the stream of the same name', [foreign('a', 'x')], undefined, [question('a', 'app')]],
      ['for a tag that only records', [{ ...x, reference: true }], undefined, [question('a', 'otherstream')]],
      [
        'for a tag that is to be resolved again',
        [{ ...x, generation: 0 }],
        [x],
        [question('a', 'otherstream')],
      ],
      ['for a tag that begins to follow', [{ ...x, ...follow }], [x], [question('a', 'otherstream')]],
      ['not for a tag that goes on following', [{ ...x, ...follow }], [{ ...x, ...follow }], []],
      [
        'for each tag',
        [x, foreign('b', 'otherstream:y'), foreign('c', 'third:y')],
        undefined,
        [question('a', 'otherstream'), question('b', 'otherstream'), question('c', 'third')],
      ],
    ],
  )('%s', (_, tags, before, expected) => {
    expect(asked(tags, before)).toEqual(expected);
  });
});
