import { describe, expect, it } from '@jest/globals';
import { readComment } from '../../../generate/values/comment.ts';

const cases: readonly (readonly [string, string, object])[] = [
  ['a sentence', ' How much is logged.', { text: 'How much is logged.', tags: {} }],
  ['sentences on two lines', ' One.\n Two.', { text: 'One. Two.', tags: {} }],
  ['tags below it', ' A.\n +docs:enum=a|b\n +docs:policy', { text: 'A.', tags: { enum: 'a|b', policy: '' } }],
  ['a tag with "=" in it', ' A.\n +docs:pattern=^a=b$', { text: 'A.', tags: { pattern: '^a=b$' } }],
  ['a section', ' +docs:section=Image\n\n A.', { section: 'Image', text: 'A.', tags: {} }],
  ['a section alone', ' +docs:section=Image\n', { section: 'Image', text: '', tags: {} }],
  ['a remark above', ' Not about it.\n\n A.', { text: 'A.', tags: {} }],
  ['a remark apart', ' Not about it.\n', { text: '', tags: {} }],
  ['none', '', { text: '', tags: {} }],
];

describe('a comment', () => {
  it.each(cases)('that is %s', (_, comment, expected) => {
    const { tags, ...read } = readComment(comment);
    expect({ ...read, tags: Object.fromEntries(tags) }).toEqual(expected);
  });
});
