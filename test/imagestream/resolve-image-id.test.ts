import { describe, expect, it } from '@jest/globals';
import { resolveImageId } from '../../src/imagestream/index.ts';
import { digest, entry, history, stream } from './settling.ts';

const plain = (image: string) => entry('', { image, dockerImageReference: `ref of ${image}` });

describe('an image of a stream', () => {
  const found = (image: string) => ({ kind: 'Image', event: expect.objectContaining({ image }) });
  // image-streams.md §14.1 TestResolveImageID, §14.13
  it.each<readonly [string, Parameters<typeof history>[], string, object]>([
    ['is found by the beginning of the digest', [['a', 'abc']], 'sha256:ab', found(digest('abc'))],
    ['is found by the beginning of its hex', [['a', 'ff46b782']], 'ff46b782', found(digest('ff46b782'))],
    ['is found by all of it', [['a', 'abc', 'def']], digest('def'), found(digest('def'))],
    [
      'is found in the first place of any tag',
      [
        ['a', 'abc'],
        ['b', 'def', '123'],
      ],
      'def',
      found(digest('def')),
    ],
    [
      'is found in the last place of any tag',
      [
        ['a', 'abc'],
        ['b', 'def', '123'],
      ],
      '123',
      found(digest('123')),
    ],
    ['is found by a plain prefix when it is no digest', [['a', plain('mytag')]], 'myt', found('mytag')],
    [
      'is one when several tags have it',
      [
        ['a', 'abc'],
        ['b', 'abc'],
      ],
      'abc',
      found(digest('abc')),
    ],
    ['is found among all', [['a', plain('12345'), 'abc']], '12', found('12345')],
    [
      'is ambiguous when several begin so',
      [
        ['a', plain('mytag2')],
        ['b', plain('mytag')],
      ],
      'mytag',
      { kind: 'Ambiguous', images: ['mytag', 'mytag2'] },
    ],
    ['is not found without tags', [], 'abc', { kind: 'NotFound' }],
    ['is not found without history', [['a']], 'abc', { kind: 'NotFound' }],
    [
      'is not found by more than what is stored',
      [['a', plain('sha256:ab')]],
      'sha256:abc',
      { kind: 'NotFound' },
    ],
    ['is not found by the middle of a digest', [['a', 'abc']], 'bc', { kind: 'NotFound' }],
    ['is not found by nothing', [['a', 'abc']], '', { kind: 'NotFound' }],
  ])('%s', (_, lists, id, expected) => {
    const histories = lists.map(([tag, ...images]) => history(tag, ...images));
    expect(resolveImageId(stream({ histories }), id)).toEqual(expected);
  });

  it('is not found without a status', () => {
    expect(resolveImageId(stream({}), 'abc')).toEqual({ kind: 'NotFound' });
  });
});
