import { describe, expect, it } from '@jest/globals';
import type { TagReference } from '../../src/imagestream/types.ts';
import { problems } from './told.ts';
import { alias, imported, stored, written } from './written.ts';

describe('tags that follow each other', () => {
  const told = (tags: readonly TagReference[], old?: readonly TagReference[]) =>
    problems(written({ tags }), old && written({ tags: old }));
  const ring = (first: string, source: string, path: string) => [
    `spec.tags[${first}].from.name: Invalid value: "${source}": the tag would follow itself: ${path}; point one of them to an image`,
  ];

  it.each<readonly [string, readonly TagReference[], readonly string[]]>([
    ['may make a chain', [alias('a', 'b'), alias('b', 'app:c'), imported('c', 'x')], []],
    ['may both follow a third', [alias('a', 'c'), alias('b', 'c')], []],
    ['may follow what is not there', [alias('a', 'nosuch')], []],
    ['may not be the same', [alias('a', 'a')], ring('a', 'a', 'a -> a')],
    ['may not be two of each other', [alias('a', 'b'), alias('b', 'a')], ring('a', 'b', 'a -> b -> a')],
    [
      'may not make a longer ring',
      [alias('x', 'a'), alias('a', 'app:b'), alias('b', 'c'), alias('c', 'app:a')],
      ring('a', 'app:b', 'a -> b -> c -> a'),
    ],
    [
      'may not make a ring through the default tag',
      [alias('a', 'app:'), alias('latest', 'a')],
      ring('a', 'app:', 'a -> latest -> a'),
    ],
    [
      'may not when the own namespace is spelled out',
      [{ name: 'a', from: { kind: 'ImageStreamTag', namespace: 'ns', name: 'app:a' } }],
      ring('a', 'app:a', 'a -> a'),
    ],
    ['may when it is another stream', [alias('a', 'other:a')], []],
    [
      'may when it is another namespace',
      [{ name: 'a', from: { kind: 'ImageStreamTag', namespace: 'other', name: 'app:a' } }],
      [],
    ],
    [
      'may not make two rings',
      [alias('a', 'a'), alias('b', 'c'), alias('c', 'b')],
      [...ring('a', 'a', 'a -> a'), ...ring('b', 'c', 'b -> c -> b')],
    ],
  ])('%s', (_, tags, expected) => {
    expect(told(tags)).toEqual(expected);
  });

  it('are named up to eight', () => {
    const tags = Array.from({ length: 12 }, (_, index) => alias(`t${index}`, `t${(index + 1) % 12}`));
    const path = 't0 -> t1 -> t2 -> t3 -> t4 -> t5 -> t6 -> t7 -> (4 more) -> t0';
    expect(told(tags)).toEqual(ring('t0', 't1', path));
  });

  it('are found when a stored tag closes the ring', () => {
    expect(told([alias('a', 'b'), alias('b', 'a')], [stored(alias('a', 'b'))])).toEqual(
      ring('a', 'b', 'a -> b -> a'),
    );
  });

  it('never block another change when they are stored', () => {
    const old = [stored(alias('a', 'a'))];
    expect(told([...old, imported('b', 'x'), alias('c', 'a')], old)).toEqual([]);
  });

  it('are found in a stream whose name is yet to come', () => {
    const next = { ...written({ tags: [alias('a', 'a')] }), metadata: { generateName: 'app-' } as never };
    expect(problems(next)).toEqual(ring('a', 'a', 'a -> a'));
  });
});
