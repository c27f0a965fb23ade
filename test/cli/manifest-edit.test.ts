import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { manifestDocuments } from '../../src/cli/manifest-documents.ts';
import { editedText, withEdits } from '../../src/cli/manifest-edit.ts';

const manifest = fc.record({
  before: fc.jsonValue(),
  list: fc.array(fc.record({ name: fc.string(), image: fc.stringMatching(/^[a-z]{1,9}:[a-z0-9.]{1,9}$/) }), {
    minLength: 1,
    maxLength: 4,
  }),
  after: fc.string(),
});
const written = fc.oneof(
  fc.constant((value: unknown) => JSON.stringify(value, null, 2)),
  fc
    .record({
      indent: fc.integer({ min: 1, max: 5 }),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom('any', 'block', 'flow'),
      defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE'),
    } as const)
    .map((options) => (value: unknown) => stringify(value, { ...options, defaultKeyType: 'PLAIN' })),
);
const pullSpec = `quay.io/a/b@sha256:${'0'.repeat(64)}`;

describe('an edited manifest', () => {
  it('says what was asked for, and outside the images not a byte is changed', () => {
    fc.assert(
      fc.property(fc.array(manifest, { minLength: 1, maxLength: 3 }), written, (values, write) => {
        const text = values.map((value) => `---\n${write(value)}\n`).join('');
        const file = manifestDocuments(text);
        // the library does not read back everything it writes
        fc.pre(
          file.ok &&
            isDeepStrictEqual(
              file.documents.map(({ value }) => value),
              values,
            ),
        );
        if (!file.ok) return;
        const changes = file.documents.map((document, at) => ({
          document,
          edits: (values[at]?.list ?? []).map((_, index) => ({
            path: ['list', index, 'image'],
            value: pullSpec,
          })),
        }));
        const edited = editedText(text, changes);
        const after = manifestDocuments(edited.text);
        const expected = changes.map(({ document, edits }) => withEdits(document.value, edits));
        expect(after.ok && after.documents.map(({ value }) => value)).toEqual(expected);
        expect(edited.rewritten).toEqual([]);
        const images = values.flatMap(({ list }) => list.map(({ image }) => image));
        expect(edited.text.length - text.length).toBe(
          images.reduce((sum, image) => sum + pullSpec.length - image.length, 0),
        );
      }),
    );
  });
});
