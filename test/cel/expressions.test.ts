import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { text } from '../../src/cel/index.ts';

describe('text in CEL', () => {
  it('stays inside its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(text(value)).toMatch(/^"(?:[^"\\\n\r]|\\(?:["\\bfnrt]|u[0-9a-f]{4}))*"$/);
      }),
    );
  });
});
