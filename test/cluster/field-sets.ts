type Fields = Readonly<Record<string, unknown>>;

/**
 * Leaves of a field set as `managedFields` has it, in another object: path and value.
 *
 * @param fieldsV1 `{"f:spec": {"f:replicas": {}}}`; list items by `k:{"name":"web"}` or `v:"text"`
 */
export function valuesOfFields(
  fieldsV1: unknown,
  object: unknown,
  path = '',
): (readonly [string, unknown])[] {
  const entries = Object.entries(fieldsV1 as Fields).filter(([key]) => key !== '.');
  if (entries.length === 0) return [[path, object]];
  return entries.flatMap(([key, inner]) => valuesOfFields(inner, step(object, key), `${path}/${key}`));
}

function step(object: unknown, key: string): unknown {
  const text = key.slice(2);
  switch (key.slice(0, 2)) {
    case 'f:':
      return (object as Fields | undefined)?.[text];
    case 'k:': {
      const keys = Object.entries(JSON.parse(text) as Fields);
      const items = Array.isArray(object) ? (object as readonly Fields[]) : [];
      return items.find((item) => keys.every(([name, value]) => item[name] === value));
    }
    default:
      return Array.isArray(object) && object.some((item) => JSON.stringify(item) === text) ? text : undefined;
  }
}
