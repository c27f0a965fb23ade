import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { millisecondsOf } from '../../src/imagestream/timestamp.ts';

describe('a time', () => {
  it('is read as JavaScript reads it', () => {
    const date = fc.date({ min: new Date(0), max: new Date('2400-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (each) => {
        expect(millisecondsOf(each.toISOString())).toBe(each.getTime());
      }),
    );
  });

  it.each([
    ['2026-06-01T12:00:00Z'],
    ['2024-02-29T23:59:59Z'],
    ['2026-06-01T12:00:00+02:00'],
    ['2026-06-01T12:00:00.123-05:30'],
    ['1970-01-01T00:00:00Z'],
    ['1969-12-31T23:00:00Z'],
  ])('%s', (text) => {
    expect(millisecondsOf(text)).toBe(Date.parse(text));
  });

  it.each([['yesterday'], ['2026-06-01'], ['2026-06-01 12:00:00Z'], ['2026-06-01T12:00:00'], ['']])(
    '"%s" is none',
    (text) => {
      expect(millisecondsOf(text)).toBeUndefined();
    },
  );

  it('is none where there is none', () => {
    expect(millisecondsOf(null)).toBeUndefined();
    expect(millisecondsOf(undefined)).toBeUndefined();
  });
});
