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
  /** The image's text in the manifest, where that is known: applied again, it stands for the image that is held. */
  readonly name?: string;
}

/** The value of `imagestreams.io/held` by container: `{"CONTAINER": {"image", "since", "reason", "by", "name"?}}`. */
export type Held = ReadonlyMap<string, HeldEntry>;

/** Reads the annotation. Never throws: what is malformed counts as absent, as a whole or entry by entry. */
export function decodeHeld(text: string | undefined): Held {
  const held = new Map<string, HeldEntry>();
  for (const [container, value] of fieldsOf(text)) {
    const entry = entryOf(value);
    if (entry !== undefined) held.set(container, entry);
  }
  return held;
}

/** The annotation's text, the same for the same holds; undefined when nothing is held. */
export function encodeHeld(held: Held): string | undefined {
  if (held.size === 0) return undefined;
  const entries = Array.from(held, ([container, { image, since, reason, by, name }]) => {
    return [container, { image, since, reason, by, ...(name === undefined ? {} : { name }) }] as const;
  });
  return JSON.stringify(sortedObject(entries));
}

function entryOf(value: unknown): HeldEntry | undefined {
  const fields = fieldsIn(value);
  const [image, since, by, name] = ['image', 'since', 'by', 'name'].map((field) => fields.get(field));
  if (typeof image !== 'string' || typeof since !== 'string' || typeof by !== 'string') return undefined;
  const reason = fields.get('reason');
  if (reason !== 'SetExplicitly') return undefined;
  return { image, since, reason, by, ...(typeof name === 'string' ? { name } : {}) };
}
