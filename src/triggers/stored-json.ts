/** The fields of a JSON object in an annotation of ours; none when the text is absent or anything else. Never throws. */
export function fieldsOf(text: string | undefined): ReadonlyMap<string, unknown> {
  if (text === undefined) return new Map();
  try {
    return fieldsIn(JSON.parse(text));
  } catch {
    return new Map();
  }
}

/** The fields of a decoded JSON object; none when it is anything else. A map, as a container may be called `constructor`. */
export function fieldsIn(value: unknown): ReadonlyMap<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return new Map(isObject ? Object.entries(value) : []);
}

/** An object with these fields in an order that depends on their names alone, so that equal facts are equal text. */
export function sortedObject<V>(fields: Iterable<readonly [string, V]>): Readonly<Record<string, V>> {
  return Object.fromEntries([...fields].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
