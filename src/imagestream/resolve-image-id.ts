import { isDigest } from '../reference/index.ts';
import type { ImageStream, TagEvent } from './types.ts';

/** `Ambiguous` names all images that fit, in order. */
export type ResolvedImageId =
  | { readonly kind: 'Image'; readonly event: TagEvent }
  | { readonly kind: 'NotFound' }
  | { readonly kind: 'Ambiguous'; readonly images: readonly string[] };

/**
 * Finds an image by the beginning of its digest, with or without `sha256:`, among all that the stream's tags ever pointed to
 * (image-streams.md §4.4 `ResolveImageID`, §3 `DigestOrImageMatch`).
 */
export function resolveImageId(stream: Pick<ImageStream, 'status'>, id: string): ResolvedImageId {
  const found = new Map<string, TagEvent>();
  for (const { items } of stream.status?.tags ?? []) {
    for (const event of items ?? []) {
      const image = event.image ?? '';
      if (!found.has(image) && beginsWith(image, id)) found.set(image, event);
    }
  }
  const [event, ...others] = found.values();
  if (event === undefined) return { kind: 'NotFound' };
  return others.length === 0
    ? { kind: 'Image', event }
    : { kind: 'Ambiguous', images: [...found.keys()].sort() };
}

function beginsWith(image: string, id: string): boolean {
  if (id === '') return false;
  return image.startsWith(id) || (isDigest(image) && image.slice(image.indexOf(':') + 1).startsWith(id));
}
