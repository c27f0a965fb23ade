import { isDeepStrictEqual } from 'node:util';

export interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** A condition does not hold, or a path leads nowhere. */
export class PatchFailed extends Error {}

/** Applies a JSON patch as the API server does, for which `test` with null is "not there". */
export function applyPatch(object: object, operations: readonly Operation[]): object {
  const result = structuredClone(object);
  for (const operation of operations) apply(result, operation);
  return result;
}

function apply(object: object, { op, path, value }: Operation): void {
  const keys = path
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>(
    (each, key) => (each as Record<string, unknown> | undefined)?.[key],
    object,
  );
  if (typeof parent !== 'object' || parent === null) throw new PatchFailed(path);
  const fields = parent as Record<string, unknown>;
  if (op === 'test') {
    if (!isDeepStrictEqual(fields[last] ?? null, value)) throw new PatchFailed(path);
  } else if (op === 'remove') {
    if (fields[last] === undefined) throw new PatchFailed(path);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete fields[last];
  } else if (op === 'add' || op === 'replace') {
    if (op === 'replace' && fields[last] === undefined) throw new PatchFailed(path);
    fields[last] = value;
  } else throw new Error(`not implemented: ${op}`);
}
