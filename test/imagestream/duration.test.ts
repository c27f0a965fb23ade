import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { durationText, parseDuration } from '../../src/imagestream/index.ts';

describe('a duration', () => {
  it.each<readonly [string, number | undefined]>([
    ['5m', 300_000],
    ['6h', 21_600_000],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['0s', 0],
    ['30m1h', 5_400_000],
    ['', undefined],
    ['15', undefined],
    ['m', undefined],
    ['-5m', undefined],
    ['+5m', undefined],
    ['1d', undefined],
    ['5 m', undefined],
    ['5m ', undefined],
    ['5M', undefined],
    ['.5h', undefined],
    ['1.h', undefined],
    ['1h30', undefined],
    ['9'.repeat(31).concat('h'), undefined],
    ['0'.repeat(32).concat('h'), undefined],
  ])('%j is %p ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [5_400_000, '1h30m'],
    [60_250, '1m250ms'],
  ])('of %p ms reads %p', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.nat(1e12), (milliseconds) => {
        expect(parseDuration(durationText(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});
