import { type ImagePlace, imagesOf } from '../workloads/index.ts';
import type { Rewrite } from './decide-images.ts';
import { originsIn, placeKey } from './provenance.ts';
import type { AdmissionSettings } from './settings.ts';
import type { Subject } from './subject.ts';

/**
 * On an update of a kind whose template cannot change (Job), a name is not resolved anew. But the name that the stored image
 * came from means that image: applying the same manifest again is no change, where OpenShift's API server answers that the
 * field is immutable.
 */
export function storedImages(
  { kind, old, owned }: Subject,
  changed: readonly ImagePlace[],
  { visit }: AdmissionSettings,
): readonly Rewrite[] {
  if (kind.immutableTemplate === undefined || old === undefined || owned) return [];
  const origins = originsIn(old);
  if (origins.size === 0) return [];
  const before = new Map(imagesOf(kind, old, visit).map((place) => [placeKey(place), place.image]));
  return changed.flatMap((place) => {
    const origin = origins.get(placeKey(place));
    const pullSpec = before.get(placeKey(place));
    return origin?.name === place.image && pullSpec !== undefined
      ? [{ place, pullSpec, imageStreamTag: origin.imageStreamTag }]
      : [];
  });
}
