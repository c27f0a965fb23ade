type JsonObject = Readonly<Record<string, unknown>>;

/** Do two JSON values say the same? The order of keys does not count, and a key with null counts as absent. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object') {
    return (one ?? null) === (other ?? null);
  }
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => sameJson(item, other[index]));
  }
  return sameKeys(one as JsonObject, other as JsonObject);
}

function sameKeys(one: JsonObject, other: JsonObject): boolean {
  for (const key of Object.keys(one)) {
    if (!sameJson(one[key], Object.hasOwn(other, key) ? other[key] : undefined)) return false;
  }
  for (const key of Object.keys(other)) {
    if (!Object.hasOwn(one, key) && (other[key] ?? null) !== null) return false;
  }
  return true;
}
