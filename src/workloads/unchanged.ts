import type { ImagePlace } from './images.ts';

/**
 * Answers whether a place of the new object holds the image it already held (image-policy.md §9): a container is
 * found again by its name among the old init containers, then containers, then ephemeral ones, and the first of that
 * name decides. Position and list do not matter. Image volumes have names of their own.
 */
export function unchangedSince(old: readonly ImagePlace[]): (place: ImagePlace) => boolean {
  const images = new Map<string, string>();
  for (const place of old) {
    const key = keyOf(place);
    if (!images.has(key)) images.set(key, place.image);
  }
  return (place) => images.get(keyOf(place)) === place.image;
}

function keyOf({ list, name }: ImagePlace): string {
  return list === 'volumes' ? `volume/${name}` : `container/${name}`;
}
