import { preferredArchitectureAnnotation, preferredSystemAnnotation } from './annotations.ts';
import type { ImportMode } from './import-request.ts';
import { sameJson } from './same-json.ts';
import { tagReferenceChanged } from './tag-changed.ts';
import { withDefaults } from './tag-defaults.ts';
import type { TagReference } from './types.ts';

const platformAnnotations = [preferredArchitectureAnnotation, preferredSystemAnnotation];

/** What the generation of a tag is decided from. */
export interface TagGenerations {
  readonly namespace: string;
  readonly defaultMode: ImportMode;
  /** The generation of a tag that is new, changed, or to be imported again. */
  next(): number;
}

/**
 * A tag of the spec as it is stored: with defaults, and the generation that is due to it whatever the request says
 * (image-streams.md §4.3).
 *
 * - It was there and asks for the same: it keeps its generation. Said again without change, it is left exactly as it is.
 * - It is new or asks for something else: the next generation.
 * - Generation 0 asks to import it again: the next one. The next one itself is read as that, so that a request that is reviewed
 *   twice, as the API server does when another webhook changes it in between, still asks.
 */
export function storedTag(
  tag: TagReference,
  old: TagReference | undefined,
  generations: TagGenerations,
): TagReference {
  if (old !== undefined && sameJson(tag, old)) return tag;
  const { namespace, defaultMode } = generations;
  const stored = withDefaults(tag, defaultMode);
  const generation =
    old === undefined ||
    asksAgain(tag, generations) ||
    tagReferenceChanged(old, stored, namespace, defaultMode) ||
    importChanged(old, stored)
      ? generations.next()
      : (old.generation ?? null);
  return (stored.generation ?? null) === generation ? stored : { ...stored, generation };
}

function asksAgain({ generation }: TagReference, generations: TagGenerations): boolean {
  return generation === 0 || (typeof generation === 'number' && generation === generations.next());
}

/**
 * Is the same source to be asked in another way? OpenShift takes no notice, so that a tag that failed without `insecure` goes on
 * failing when somebody sets it.
 */
function importChanged(old: TagReference, next: TagReference): boolean {
  if (next.from?.kind !== 'DockerImage' || next.reference === true) return false;
  if ((next.importPolicy?.insecure === true) !== (old.importPolicy?.insecure === true)) return true;
  return platformAnnotations.some((name) => next.annotations?.[name] !== old.annotations?.[name]);
}
