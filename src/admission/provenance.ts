import {
  annotationText,
  type ImagePlace,
  isControlled,
  type KubernetesObject,
  valueAt,
} from '../workloads/index.ts';
import type { Rewrite } from './decide-images.ts';
import type { ImagesInScope, Subject } from './subject.ts';

/**
 * The annotation on a workload's own metadata that tells where each resolved image came from:
 * `{"CONTAINER": {"name": "what the user wrote", "imageStreamTag": "STREAM:TAG"}}`; an image volume's key is
 * `volumes/NAME`. For people to read. Only what is stored is
 * believed, and only as far as to put a stored image back.
 */
export const resolvedAnnotation = 'imagestreams.io/resolved';

/** What the annotation says of one image. */
export interface Origin {
  readonly name: string;
  readonly imageStreamTag: string;
}

/** Does the claimed name give, at this moment, the image that stands in the place? */
export type OriginCheck = (claim: Origin, image: string) => boolean;

/**
 * The value the annotation must have: what the old object's said of images that did not change, what the new object claims
 * and is true, and the rewrites of this request. Undefined when there is nothing to tell.
 *
 * What triggers decided of a container counts before all else.
 *
 * Claims are looked at because the API server calls a webhook anew after others changed the object, and then the digests
 * and the annotation of the first call come as if from the client.
 */
export function provenanceOf(
  { object, old }: Subject,
  { places, unchanged }: ImagesInScope,
  rewrites: readonly Rewrite[],
  isTrue: OriginCheck,
  byTriggers: ReadonlyMap<string, Origin | undefined> = nothing,
): string | undefined {
  const origins = new Map<string, Origin>();
  // nobody looks at the annotation of an owned object
  const before = old === undefined || isControlled(old) ? nothing : originsIn(old);
  const claimed = originsIn(object);
  const rewritten = new Map(rewrites.map((rewrite) => [rewrite.place, rewrite]));
  const told = (place: ImagePlace): Origin | undefined => {
    const key = placeKey(place);
    if (byTriggers.has(key)) return byTriggers.get(key);
    const kept = unchanged(place) ? before.get(key) : undefined;
    const claim = claimed.get(key);
    const confirmed = claim !== undefined && isTrue(claim, place.image) ? claim : undefined;
    return originOf(rewritten.get(place)) ?? kept ?? confirmed;
  };
  for (const place of places) {
    const origin = told(place);
    // in the order of the places, so that the same facts always give the same text
    if (origin !== undefined) origins.set(placeKey(place), origin);
  }
  return origins.size === 0 ? undefined : JSON.stringify(Object.fromEntries(origins));
}

function originOf(rewrite: Rewrite | undefined): Origin | undefined {
  return rewrite?.imageStreamTag === undefined
    ? undefined
    : { name: rewrite.place.image, imageStreamTag: rewrite.imageStreamTag };
}

/** The annotation as the object carries it, if it is text at all. */
export function annotationOf(object: KubernetesObject): string | undefined {
  return annotationText(object, resolvedAnnotation);
}

/** Names a place in the annotation. */
export function placeKey({ list, name }: ImagePlace): string {
  return list === 'volumes' ? `volumes/${name}` : name;
}

/** What the annotation of an object says, place by place. */
export function originsIn(object: KubernetesObject): ReadonlyMap<string, Origin> {
  return originsOf(annotationOf(object));
}

/** A map, as a container may be called `constructor`. */
function originsOf(text: string | undefined): ReadonlyMap<string, Origin> {
  if (text === undefined) return nothing;
  const origins = new Map<string, Origin>();
  try {
    for (const [key, value] of Object.entries(JSON.parse(text) as object)) {
      const [name, imageStreamTag] = [valueAt(value, ['name']), valueAt(value, ['imageStreamTag'])];
      if (typeof name === 'string' && typeof imageStreamTag === 'string') {
        origins.set(key, { name, imageStreamTag });
      }
    }
  } catch {
    return nothing;
  }
  return origins;
}

const nothing: ReadonlyMap<string, Origin> = new Map();
