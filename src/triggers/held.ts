import { fieldsIn, fieldsOf, sortedObject } from './stored-json.ts';

/** Why a container is held. */
export type HeldReason = 'SetExplicitly';

/** A container whose trigger rests since somebody set its image on purpose. */
export interface HeldEntry {
  /** What was set. */
  readonly image: string;
  /** RFC 3339. */
  readonly since: string;
  readonly reason: HeldReason;
  /** The user who set it, as the API server names him. */
  readonly by: string;
}

/** The value of `imagestreams.io/held` by container: `{"CONTAINER": {"image", "since", "reason", "by"}}`. */
export type Held = ReadonlyMap<string, HeldEntry>;

/** Reads the annotation. Never throws: what is malformed counts as absent, as a whole or entry by entry. */
export function decodeHeld(text: string | undefined): Held {
  const held = new Map<string, HeldEntry>();
  for (const [name, value] of fieldsOf(text)) {
    const entry = entryOf(value);
    if (entry !== undefined) held.set(name, entry);
  }
  return held;
}

/** The annotation's text, the same for the same holds; undefined when nothing is held. */
export function encodeHeld(held: Held): string | undefined {
  if (held.size === 0) return undefined;
  const entries = Array.from(
    held,
    ([name, { image, since, reason, by }]) => [name, { image, since, reason, by }] as const,
  );
  return JSON.stringify(sortedObject(entries));
}

function entryOf(value: unknown): HeldEntry | undefined {
  const fields = fieldsIn(value);
  const [image, since, reason, by] = ['image', 'since', 'reason', 'by'].map((name) => fields.get(name));
  if (typeof image !== 'string' || typeof since !== 'string' || typeof by !== 'string') return undefined;
  return reason === 'SetExplicitly' ? { image, since, reason, by } : undefined;
}
