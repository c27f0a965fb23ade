import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  decodeHeld,
  decodeTriggerStatus,
  encodeHeld,
  encodeTriggerStatus,
  type Held,
  type TriggerStatus,
} from '../../src/triggers/index.ts';

const at = '2026-01-01T00:00:00Z';
const containerName = fc.oneof(
  fc.constantFrom('web', 'constructor', '__proto__', '1', 'fired'),
  fc.string({ maxLength: 8 }),
);
const byContainer = <T>(entry: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(containerName, entry), { maxLength: 4 }).map((entries) => new Map(entries));

const statuses: fc.Arbitrary<TriggerStatus> = fc.record(
  {
    containers: byContainer(
      fc.record(
        { tag: fc.string(), image: fc.string(), at: fc.constant(at), error: fc.string() },
        { requiredKeys: ['tag', 'image', 'at'] },
      ),
    ),
    fired: fc.string(),
    released: fc.string(),
  },
  { requiredKeys: ['containers'] },
);
const holds: fc.Arbitrary<Held> = byContainer(
  fc.record({
    image: fc.string(),
    since: fc.constant(at),
    reason: fc.constant('SetExplicitly' as const),
    by: fc.string(),
  }),
);
const nonsense = fc.oneof(
  fc.string(),
  fc.json(),
  fc.constantFrom('null', '[]', '{"containers":[]}', '{"containers":{"web":null}}'),
);

describe('the status of triggers', () => {
  it('is read as it was written, and the same facts are the same text in any order', () => {
    fc.assert(
      fc.property(statuses, (status) => {
        const text = encodeTriggerStatus(status);
        expect(decodeTriggerStatus(text)).toEqual(status);
        const reversed = { ...status, containers: new Map([...status.containers].reverse()) };
        expect(encodeTriggerStatus(reversed)).toBe(text);
      }),
    );
  });

  it('is nothing where there is nothing to tell', () => {
    expect(encodeTriggerStatus({ containers: new Map() })).toBeUndefined();
    expect(decodeTriggerStatus(undefined)).toEqual({ containers: new Map() });
  });

  it('survives anything, and keeps the entries that can be read', () => {
    fc.assert(fc.property(nonsense, (text) => void decodeTriggerStatus(text)));
    const entry = { tag: 'app:v1', image: '', at };
    const text = JSON.stringify({ containers: { web: entry, side: { tag: 1 }, init: null }, fired: 1 });
    expect(decodeTriggerStatus(text)).toEqual({ containers: new Map([['web', entry]]) });
  });
});

describe('the record of holds', () => {
  it('is read as it was written, and the same facts are the same text in any order', () => {
    fc.assert(
      fc.property(holds, (held) => {
        const text = encodeHeld(held);
        expect(decodeHeld(text)).toEqual(held);
        expect(encodeHeld(new Map([...held].reverse()))).toBe(text);
      }),
    );
  });

  it('is nothing where nothing is held', () => {
    expect(encodeHeld(new Map())).toBeUndefined();
  });

  it('survives anything, and knows no other reason', () => {
    fc.assert(fc.property(nonsense, (text) => void decodeHeld(text)));
    const entry = { image: 'x', since: at, reason: 'Else', by: 'jane' };
    expect(decodeHeld(JSON.stringify({ web: entry }))).toEqual(new Map());
  });
});
