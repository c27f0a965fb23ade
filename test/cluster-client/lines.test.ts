import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LineDecoder } from '../../src/cluster/lines.ts';

const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''));

describe('LineDecoder', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(line),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (lines, sizes) => {
          const bytes = Buffer.from(lines.map((each) => `${each}\n`).join(''));
          const decoder = new LineDecoder(1_000_000);
          const seen: string[] = [];
          for (let at = 0, i = 0; at < bytes.length; i += 1) {
            const size = sizes[i % sizes.length]!;
            seen.push(...decoder.push(bytes.subarray(at, at + size)));
            at += size;
          }
          expect(seen).toEqual(lines);
        },
      ),
    );
  });

  it('keeps an unfinished line to itself', () => {
    const decoder = new LineDecoder(100);
    expect([...decoder.push(Buffer.from('one\ntw'))]).toEqual(['one']);
    expect([...decoder.push(Buffer.from('o\n'))]).toEqual(['two']);
  });

  it.each([
    ['at once', ['123456\n']],
    ['in parts', ['123', '456\n']],
    ['without an end', ['123', '456']],
  ])('refuses a line that is too long, come %s', (_, chunks) => {
    const decoder = new LineDecoder(5);
    expect(() => chunks.flatMap((chunk) => [...decoder.push(Buffer.from(chunk))])).toThrow(
      'more than 5 bytes',
    );
    expect([...new LineDecoder(6).push(Buffer.from('123456\n'))]).toEqual(['123456']);
  });
});
