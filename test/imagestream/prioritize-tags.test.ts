import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prioritizeTags } from '../../src/imagestream/index.ts';

describe('the tags of a repository', () => {
  // image-streams.md §3, §14.7
  it.each<readonly [string, string[], string[]]>([
    [
      'begin with latest, then minor versions, full ones, and the rest',
      ['other', 'latest', 'v5.5', '5.2.3', '5.5', 'v5.3.6-bother', '5.3.6-abba', '5.6'],
      ['latest', '5.6', '5.5', 'v5.5', 'v5.3.6-bother', '5.3.6-abba', '5.2.3', 'other'],
    ],
    [
      'have whole numbers and words at the end, by name',
      ['v1', 'other', 'v2', '3', '3.1', 'abc'],
      ['3.1', '3', 'abc', 'other', 'v1', 'v2'],
    ],
    [
      'count versions, not letters',
      ['1.9', '1.10', '1.2', '1.10.0', '1.9.12'],
      ['1.10', '1.9', '1.2', '1.10.0', '1.9.12'],
    ],
    [
      'have a minor version before its candidates',
      ['5.1-rc1', '5.1', '5.1-rc2'],
      ['5.1', '5.1-rc2', '5.1-rc1'],
    ],
    ['have the one without v first', ['v1.2.3', '1.2.3', 'vv1.2.3'], ['1.2.3', 'v1.2.3', 'vv1.2.3']],
    [
      'are no versions with a zero in front, a fourth part, or too many digits',
      ['1.02', '1.2.3.4', '1.99999999999999999999.0', '1.2_3', '1.2-01'],
      ['1.02', '1.2-01', '1.2.3.4', '1.2_3', '1.99999999999999999999.0'],
    ],
    ['may be none', [], []],
    ['may be odd', ['v', 'vlatest', '-', '1.'], ['-', '1.', 'v', 'vlatest']],
  ])('%s', (_, tags, expected) => {
    expect(prioritizeTags(tags)).toEqual(expected);
  });

  it('come in one order however they are listed, and none is lost', () => {
    const version = fc.tuple(
      fc.constantFrom('', 'v'),
      fc.nat(12),
      fc.nat(3),
      fc.constantFrom('', '.0', '.7', '-rc1', '.1-x'),
    );
    const tag = fc.oneof(
      version.map(([v, major, minor, rest]) => `${v}${major}.${minor}${rest}`),
      fc.constantFrom('latest', 'main', 'v1', 'stable'),
    );
    fc.assert(
      fc.property(fc.uniqueArray(tag), fc.infiniteStream(fc.nat()), (tags, dice) => {
        const shuffled = tags.map((each) => ({ each, at: dice.next().value })).sort((a, b) => a.at - b.at);
        const ordered = prioritizeTags(tags);
        expect(prioritizeTags(shuffled.map(({ each }) => each))).toEqual(ordered);
        expect([...ordered].sort()).toEqual([...tags].sort());
      }),
    );
  });
});
