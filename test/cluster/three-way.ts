type Fields = Readonly<Record<string, unknown>>;

/**
 * What a strategic three-way merge would change, as `kubectl apply`, Helm's client-side mode and Argo CD's default comparison
 * calculate it: fields of the manifest that the live object has otherwise, and fields that the last manifest had and this one has not.
 *
 * @returns paths of those fields
 */
export function threeWayDifferences(last: unknown, manifest: unknown, live: unknown, path = ''): string[] {
  if (isFields(manifest) && isFields(live)) {
    const before = isFields(last) ? last : {};
    const changed = Object.entries(manifest).flatMap(([key, value]) =>
      threeWayDifferences(before[key], value, live[key], `${path}.${key}`),
    );
    const removed = Object.keys(before).filter((key) => !(key in manifest) && key in live);
    return [...changed, ...removed.map((key) => `${path}.${key}`)];
  }
  if (Array.isArray(manifest) && Array.isArray(live) && manifest.every(isNamed)) {
    const others: readonly unknown[] = Array.isArray(last) ? last : [];
    return manifest.flatMap((item) => {
      const { name } = item;
      return threeWayDifferences(named(others, name), item, named(live, name), `${path}[${name}]`);
    });
  }
  return JSON.stringify(manifest) === JSON.stringify(live) ? [] : [path];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNamed(value: unknown): value is { readonly name: string } {
  return isFields(value) && typeof value['name'] === 'string';
}

function named(items: readonly unknown[], name: string): unknown {
  return items.find((item) => isNamed(item) && item.name === name);
}
