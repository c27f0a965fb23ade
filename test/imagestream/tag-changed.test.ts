import { describe, expect, it } from '@jest/globals';
import { tagReferenceChanged } from '../../src/imagestream/index.ts';
import type { ObjectReference, TagReference } from '../../src/imagestream/types.ts';

const tag = (from: ObjectReference | null | undefined, more: Partial<TagReference> = {}): TagReference => ({
  name: 'latest',
  ...(from === undefined ? {} : { from }),
  ...more,
});
const image = (name: string, namespace?: string): ObjectReference => ({
  kind: 'ImageStreamTag',
  name,
  ...(namespace === undefined ? {} : { namespace }),
});

describe('a tag asks for something else', () => {
  // image-streams.md §14.2 TestTagRefChanged
  it.each<readonly [string, TagReference | undefined, TagReference, boolean]>([
    ['when neither has a source', tag(undefined), tag(undefined), false],
    ['when the source is null', tag(image('a')), tag(null), false],
    ['with the same source', tag(image('a')), tag(image('a')), false],
    ['with another name', tag(image('a')), tag(image('b')), true],
    ['with an empty source', tag(image('a')), tag({}), false],
    ['with a source where there was none', tag(undefined), tag(image('a')), true],
    ['when it was not there', undefined, tag(image('a')), true],
    ['when the own namespace is spelled out', tag(image('a')), tag(image('a', 'ns')), false],
    ['when the own namespace is left out', tag(image('a', 'ns')), tag(image('a')), false],
    ['with another namespace after the own', tag(image('a')), tag(image('a', 'other')), true],
    ['with the own namespace after another', tag(image('a', 'other')), tag(image('a')), true],
    ['with another namespace after another', tag(image('a', 'other')), tag(image('a', 'third')), true],
  ])('%s', (_, old, next, expected) => {
    expect(tagReferenceChanged(old, next, 'ns')).toBe(expected);
  });

  // image-streams.md §4.3
  it.each<readonly [string, Partial<TagReference>, Partial<TagReference>, boolean]>([
    ['that is only recorded now', {}, { reference: true }, true],
    ['when it says that it is imported', {}, { reference: false }, false],
    ['in another import mode', {}, { importPolicy: { importMode: 'Legacy' } }, true],
    ['when the default mode is spelled out', {}, { importPolicy: { importMode: 'PreserveOriginal' } }, false],
    ['when the mode is empty', {}, { importPolicy: { importMode: '' } }, false],
    ['when it is insecure', {}, { importPolicy: { insecure: true } }, false],
    ['when it is scheduled', {}, { importPolicy: { scheduled: true } }, false],
    ['with another reference policy', {}, { referencePolicy: { type: 'Local' } }, false],
    ['with annotations', {}, { annotations: { a: 'b' } }, false],
    ['at generation 0', { generation: 3 }, { generation: 0 }, true],
    ['at generation 0 again', { generation: 0 }, { generation: 0 }, false],
    ['at generation 0 before it had one', {}, { generation: 0 }, false],
    ['at another generation', { generation: 3 }, { generation: 4 }, false],
    ['at no generation', { generation: 3 }, { generation: null }, false],
  ])('%s', (_, old, next, expected) => {
    expect(tagReferenceChanged(tag(image('a'), old), tag(image('a'), next), 'ns')).toBe(expected);
  });

  it('when the kind of the source is another, which OpenShift passes over', () => {
    const next = tag({ kind: 'DockerImage', name: 'a' });
    expect(tagReferenceChanged(tag(image('a')), next, 'ns')).toBe(true);
  });

  it('compares import modes with the default in force', () => {
    const legacy = tag(image('a'), { importPolicy: { importMode: 'Legacy' } });
    expect(tagReferenceChanged(tag(image('a')), legacy, 'ns', 'Legacy')).toBe(false);
  });
});
