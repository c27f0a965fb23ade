import { closest, listing } from '../suggestion/index.ts';
import type { Facts, Report } from './finding.ts';
import { described, quoted, shown } from './quoted.ts';

/** More keys than this that nobody knows are not worth a warning each. */
const mostUnknownReported = 8;

/** The keys an object may have, each with the pattern of its other spellings. */
export type Keys<Name extends string> = readonly { readonly name: Name; readonly folded: RegExp }[];

/** Go matches keys by Unicode's simple case folding, as a pattern with the flags `iu` does. */
export function keysOf<Name extends string>(...names: readonly Name[]): Keys<Name> {
  return names.map((name) => ({ name, folded: new RegExp(`^${name}$`, 'iu') }));
}

/**
 * Reads an object's keys as Go's `encoding/json` does (triggers.md §1.2): other letter case is accepted, the last of
 * several spellings counts, null is as good as absent. Unknown keys are reported and dropped.
 */
export function readKeys<Name extends string>(
  object: object,
  keys: Keys<Name>,
  path: string,
  report: Report,
  unknown: (key: string) => boolean = () => false,
): ReadonlyMap<Name, unknown> {
  const read = new Map<Name, unknown>();
  let reported = 0;
  for (const [key, value] of Object.entries(object)) {
    const known = keys.find(({ name }) => name === key) ?? keys.find(({ folded }) => folded.test(key));
    if (known === undefined) {
      if (!unknown(key) && ++reported <= mostUnknownReported)
        report('UnknownKey', `${path}.${shown(key)}`, unknownKey(key, keys));
      continue;
    }
    if (known.name !== key) {
      const allowed = quoted(known.name);
      report('KeyCase', `${path}.${shown(key)}`, { seen: quoted(key), allowed, suggestion: allowed });
    }
    if (value !== null) read.set(known.name, value);
  }
  return read;
}

function unknownKey<Name extends string>(key: string, keys: Keys<Name>): Facts {
  const names = keys.map(({ name }) => name);
  return { seen: quoted(key), allowed: listing(names), suggestion: closest(key, names) };
}

/** A string, empty when absent; undefined (and reported) when it is something else. */
export function readText(value: unknown, path: string, report: Report): string | undefined {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  report('WrongType', path, { seen: described(value), allowed: 'a string' });
  return undefined;
}
