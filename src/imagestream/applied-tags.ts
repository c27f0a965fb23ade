import { isObject } from './shape.ts';
import type { TagReference } from './types.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The tags of a client-side `kubectl apply`, merged by name as OpenShift's strategic merge does: a custom resource knows none, so
 * the request has the manifest's list in place of the whole.
 *
 * - A tag, or a field of a tag, that neither the manifest nor the one applied last has is somebody else's, and stays.
 * - What the one applied last had and the manifest has no more goes.
 * - `from` is the manifest's as a whole: half of one source and half of another is none.
 * - Tags that were there keep their order, new ones follow.
 *
 * `lastApplied` is the old object's annotation. Without it, or when it cannot be read, nothing is taken to be the applier's, so
 * nothing is lost. Names are unique in `next` and `old`.
 */
export function mergeAppliedTags(
  next: readonly TagReference[],
  old: readonly TagReference[],
  lastApplied: string | undefined,
): readonly TagReference[] {
  const applied = appliedTags(lastApplied);
  const sent = new Map(next.map((tag) => [tag.name, tag]));
  const merged: TagReference[] = [];
  for (const tag of old) {
    const mine = sent.get(tag.name);
    if (mine !== undefined) merged.push(mergedTag(mine, tag, applied.get(tag.name)));
    else if (!applied.has(tag.name)) merged.push(tag);
    sent.delete(tag.name);
  }
  merged.push(...sent.values());
  const same = merged.length === next.length && merged.every((tag, index) => tag === next[index]);
  return same ? next : merged;
}

function mergedTag(next: TagReference, old: TagReference, applied: JsonObject = {}): TagReference {
  return mergedFields(next, next.from ? { ...old, from: next.from } : old, applied);
}

function mergedFields<T extends object>(next: T, old: object, applied: JsonObject): T {
  const mine = fieldsOf(next);
  const last = fieldsOf(applied);
  const changed: [string, unknown][] = [];
  for (const [key, theirs] of fieldsOf(old)) {
    const merged = mergedField(mine.get(key), theirs, last.get(key));
    if (merged !== mine.get(key)) changed.push([key, merged]);
  }
  return changed.length === 0 ? next : { ...next, ...Object.fromEntries(changed) };
}

function mergedField(mine: unknown, theirs: unknown, last: unknown): unknown {
  if (mine === theirs) return mine;
  if (mine === undefined && last === undefined) return theirs;
  if (!isObject(theirs) || !isObject(mine ?? last)) return mine;
  const base = isObject(mine) ? mine : {};
  const merged = mergedFields(base, theirs, isObject(last) ? last : {});
  return merged === base ? mine : merged;
}

/** What an object says; null says nothing. */
function fieldsOf(object: object): ReadonlyMap<string, unknown> {
  const entries = Object.entries<unknown>({ ...object });
  return new Map(entries.filter(([, value]) => value !== null));
}

/** Name to tag of the manifest applied last, as far as it can be read. */
function appliedTags(annotation: string | undefined): ReadonlyMap<string, JsonObject> {
  const manifest = parsed(annotation ?? '');
  const spec = isObject(manifest) ? manifest['spec'] : undefined;
  const tags = isObject(spec) ? spec['tags'] : undefined;
  const named = new Map<string, JsonObject>();
  for (const tag of Array.isArray(tags) ? tags : []) {
    if (isObject(tag) && typeof tag['name'] === 'string') named.set(tag['name'], tag);
  }
  return named;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
