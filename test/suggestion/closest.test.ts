import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { closest, listing } from '../../src/suggestion/index.ts';

describe('closest', () => {
  it.each([
    ['keyclaok', ['postgres', 'keycloak'], 'keycloak'],
    ['Keycloak', ['keycloak2', 'keycloak'], 'keycloak'],
    ['pause', ['from', 'fieldPath', 'paused'], 'paused'],
    ['20', ['20.0.2', '19', '21'], '21'],
    ['nginx', ['keycloak'], undefined],
    ['a', ['b'], undefined],
    ['a', ['ab'], 'ab'],
    ['', ['a'], undefined],
    ['same', ['same'], undefined],
  ])('of %j among %j is %j', (seen, candidates, expected) => {
    expect(closest(seen, candidates)).toBe(expected);
  });

  it('answers with a candidate or nothing, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.array(fc.string()), (seen, candidates) => {
        const found = closest(seen, candidates);
        expect(found === undefined || candidates.includes(found)).toBe(true);
      }),
    );
  });
});

describe('listing', () => {
  it.each([
    [[], 8, 'none'],
    [['a'], 8, '"a"'],
    [['a', 'b', 'c'], 2, '"a", "b" and 1 more'],
  ])('of %j with at most %d is %s', (names, most, text) => {
    expect(listing(names, most)).toBe(text);
  });
});
