import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventNames } from '../../src/cluster/event-name.ts';

/** What the API server takes as the name of an Event. */
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const now = 1_750_000_000_123.5;
const time = '18493fba6c4b75e0';

describe('names of Events', () => {
  it.each([
    ['keycloak', 'keycloak'],
    ['my.app-1', 'my.app-1'],
    ['system:node-proxier', 'system-node-proxier'],
    ['Upper_Case', 'upper-case'],
    ['-.a.-.b-', 'a.b'],
    ['ü', 'object'],
    ['', 'object'],
    ['a'.repeat(253), 'a'.repeat(236)],
    [`${'a'.repeat(235)}.b`, 'a'.repeat(235)],
  ])('of "%s" begin with "%s"', (name, start) => {
    expect(new EventNames().next(name, now)).toBe(`${start}.${time}`);
  });

  it('never come twice, even while the clock stands still or was set back', () => {
    const names = new EventNames();
    const made = [now, now, now + 0.000_5, now - 1_000, now + 1].map((at) => names.next('a', at));
    expect(new Set(made).size).toBe(5);
  });

  it('are always what the API server takes', () => {
    const names = new EventNames();
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), (name) => {
        const made = names.next(name, now);
        expect(made).toMatch(subdomain);
        expect(made.length).toBeLessThanOrEqual(253);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z.-]{0,300}$/), (name) => {
        const made = names.next(name, now);
        expect(made).toMatch(subdomain);
        expect(made.length).toBeLessThanOrEqual(253);
      }),
    );
  });
});
