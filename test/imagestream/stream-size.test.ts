import { describe, expect, it } from '@jest/globals';
import type { ImageStreamStatus } from '../../src/imagestream/types.ts';
import { problems } from './told.ts';
import { imported, recorded, stored, written } from './written.ts';

describe('the size of a stream', () => {
  const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `t${index}` }));
  const history: ImageStreamStatus = { tags: [{ tag: 'a', items: [recorded('x'.repeat(1000))] }] };

  it('has room for a thousand tags', () => {
    expect(problems(written({ tags: tags(1000) }))).toEqual([]);
    expect(problems(written({ tags: tags(1001) }))).toEqual([
      'spec.tags: Forbidden: 1001 tags, and 1000 are allowed: remove tags that nobody uses, or spread them over several streams',
    ]);
  });

  it('never blocks a change of what is too many already', () => {
    const old = written({ tags: tags(1100).map((tag) => stored(tag)) });
    expect(problems(written({ tags: tags(1099) }), old)).toEqual([]);
    expect(problems(written({ tags: tags(1101) }), old)).toHaveLength(1);
  });

  it('counts the spec and what tags point to when tags are added, but no older history', () => {
    const older: ImageStreamStatus = {
      tags: [{ tag: 'a', items: [recorded('x'.repeat(1000)), recorded('y'.repeat(5000))] }],
    };
    const old = written({ tags: [stored({ name: 'a' })], status: older });
    const next = written({ tags: [stored({ name: 'a' }), { name: 'b' }] });
    const spec = Buffer.byteLength(JSON.stringify({ tags: [stored({ name: 'a' }), stored({ name: 'b' })] }));
    const past = Buffer.byteLength(JSON.stringify(history));
    expect(problems(next, old, { mostBytes: spec + past })).toEqual([]);
    expect(problems(next, old, { mostBytes: spec + past - 1 })).toEqual([
      `spec.tags: Forbidden: the spec takes ${spec} bytes and what its tags point to ${past}, and ${spec + past - 1} are allowed for both: remove tags that nobody uses, or put new ones in another stream`,
    ]);
  });

  it('counts bytes, not characters', () => {
    const next = (note: string) => written({ tags: [{ name: 'a', annotations: { note } }] });
    expect(problems(next('a'.repeat(300)), undefined, { mostBytes: 500 })).toEqual([]);
    expect(problems(next('ä'.repeat(300)), undefined, { mostBytes: 500 })).toHaveLength(1);
  });

  it('never keeps a tag from moving or going', () => {
    const old = written({ tags: ['a', 'b'].map((name) => stored(imported(name, 'x:1'))), status: history });
    expect(
      problems(written({ tags: [imported('a', 'x:10'), imported('b', 'x:1')] }), old, { mostBytes: 500 }),
    ).toEqual([]);
    expect(problems(written({ tags: [imported('a', 'x:10')] }), old, { mostBytes: 50 })).toEqual([]);
  });

  it('counts a spec alone that grows', () => {
    const old = written({ tags: [stored({ name: 'a' })], status: history });
    const next = written({ tags: [{ name: 'a', annotations: { note: 'a'.repeat(1000) } }] });
    expect(problems(next, old, { mostBytes: 1000 })).toEqual([
      expect.stringMatching(/^spec.tags: Forbidden: the spec takes 11\d\d bytes, and 1000 are allowed: /),
    ]);
  });
});
