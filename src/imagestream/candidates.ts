import { candidatesAnnotation, minimumAgeAnnotation } from './annotations.ts';
import { parseDuration } from './duration.ts';
import { isObject } from './shape.ts';
import { millisecondsOf } from './timestamp.ts';
import type { ImageStream, TagReference } from './types.ts';

/** An image that a tag would point to, were it old enough. */
export interface Candidate {
  /** Digest. */
  readonly image: string;
  /** When it was first seen, RFC 3339. */
  readonly seen: string;
}

/** What waits, by tag; what cannot be read waits no more. */
export function candidatesOf(
  annotations: ImageStream['metadata']['annotations'],
): ReadonlyMap<string, Candidate> {
  const text = annotations?.[candidatesAnnotation];
  const stored = text === undefined ? undefined : parsed(text);
  const candidates = new Map<string, Candidate>();
  for (const [tag, value] of Object.entries(isObject(stored) ? stored : {})) {
    if (!isObject(value)) continue;
    const { image, seen } = value;
    if (typeof image !== 'string' || typeof seen !== 'string' || millisecondsOf(seen) === undefined) continue;
    candidates.set(tag, { image, seen });
  }
  return candidates;
}

/** The annotation for these candidates; undefined for none. */
export function candidatesText(candidates: ReadonlyMap<string, Candidate>): string | undefined {
  return candidates.size === 0 ? undefined : JSON.stringify(Object.fromEntries(candidates));
}

/** How long a new image must have been seen before the tag moves to it, in ms; 0 for at once. */
export function minimumAge({ annotations }: TagReference): number {
  return parseDuration(annotations?.[minimumAgeAnnotation] ?? '') ?? 0;
}

/** When a tag may move to its candidate, in ms since the epoch. */
export function maturity(candidate: Candidate, tag: TagReference): number {
  return (millisecondsOf(candidate.seen) ?? 0) + minimumAge(tag);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
