import { fieldsIn, fieldsOf, sortedObject } from './stored-json.ts';

/** What a container's trigger gave last. */
export interface TriggerStatusEntry {
  /** `STREAM:TAG`, with `NAMESPACE/` in front when it is not the workload's own. */
  readonly tag: string;
  /** Pull spec; empty when the tag gave none. */
  readonly image: string;
  /** RFC 3339. */
  readonly at: string;
  /** One sentence: why the tag's image is not in the container. */
  readonly error?: string;
}

/**
 * The value of `imagestreams.io/trigger-status`:
 * `{"containers": {"CONTAINER": {"tag", "image", "at", "error"?}}, "fired"?: "…", "released"?: "…", "restored"?: "…"}`.
 */
export interface TriggerStatus {
  readonly containers: ReadonlyMap<string, TriggerStatusEntry>;
  /** The value of `imagestreams.io/fire` that was answered last. */
  readonly fired?: string;
  /** The value of `imagestreams.io/release` that was answered last. */
  readonly released?: string;
  /** RFC 3339: when a write last brought back an earlier state of the object, and only the status that it sent told so. */
  readonly restored?: string;
}

/** Reads the annotation. Never throws: what is malformed counts as absent, as a whole or entry by entry. */
export function decodeTriggerStatus(text: string | undefined): TriggerStatus {
  const fields = fieldsOf(text);
  const containers = new Map<string, TriggerStatusEntry>();
  for (const [name, value] of fieldsIn(fields.get('containers'))) {
    const entry = entryOf(value);
    if (entry !== undefined) containers.set(name, entry);
  }
  const [fired, released, restored] = ['fired', 'released', 'restored'].map((name) => fields.get(name));
  return {
    containers,
    ...(typeof fired === 'string' ? { fired } : {}),
    ...(typeof released === 'string' ? { released } : {}),
    ...(typeof restored === 'string' ? { restored } : {}),
  };
}

/** The annotation's text, the same for the same status; undefined when there is nothing to tell. */
export function encodeTriggerStatus(status: TriggerStatus): string | undefined {
  const { containers, fired, released, restored } = status;
  if (containers.size === 0 && (fired ?? released ?? restored) === undefined) return undefined;
  const entries = Array.from(containers, ([name, { tag, image, at, error }]) => {
    return [name, { tag, image, at, ...(error === undefined ? {} : { error }) }] as const;
  });
  return JSON.stringify({
    containers: sortedObject(entries),
    ...(fired === undefined ? {} : { fired }),
    ...(released === undefined ? {} : { released }),
    ...(restored === undefined ? {} : { restored }),
  });
}

function entryOf(value: unknown): TriggerStatusEntry | undefined {
  const fields = fieldsIn(value);
  const [tag, image, at, error] = ['tag', 'image', 'at', 'error'].map((name) => fields.get(name));
  if (typeof tag !== 'string' || typeof image !== 'string' || typeof at !== 'string') return undefined;
  return { tag, image, at, ...(typeof error === 'string' ? { error } : {}) };
}
