import { defaultTag, type ImageReference, parseReference } from '../reference/index.ts';
import type { ImagePlace } from '../workloads/index.ts';

import type { ImagesInScope } from './subject.ts';

/**
 * What an image string asks for (image-policy.md §6.2).
 *
 * - `Exact`: it carries a digest; no stream plays a part.
 * - `Tag`: a tag of a stream in the request's namespace. `partial`: only where the stream allows local lookup or the
 *   object asks for it. `short`: one bare word, which a container runtime would complete by its default registry.
 * - `Elsewhere`: a pull spec of some registry.
 * - `Unreadable`: no pull spec at all.
 */
export type Reading =
  | { readonly kind: 'Exact'; readonly reference: ImageReference }
  | {
      readonly kind: 'Tag';
      readonly reference: ImageReference;
      readonly stream: string;
      readonly tag: string;
      readonly partial: boolean;
      readonly short: boolean;
    }
  | { readonly kind: 'Elsewhere'; readonly reference: ImageReference }
  | { readonly kind: 'Unreadable'; readonly message: string };

export type TagReading = Extract<Reading, { readonly kind: 'Tag' }>;

/**
 * Reads one image string. With `resolveAll` every string without a digest is reduced to its last part and looked up in the
 * request's namespace, whatever registry and namespace it names. A pull spec of the integrated registry is a stream
 * reference when it names the request's namespace; another namespace's streams are never read (a departure).
 */
export function readImage(
  image: string,
  namespace: string,
  resolveAll: boolean,
  integratedRegistry: string,
): Reading {
  const parsed = parseReference(image);
  if (!parsed.ok) return { kind: 'Unreadable', message: parsed.message };
  const { reference } = parsed;
  if (reference.id !== '') return { kind: 'Exact', reference };
  const short = reference.registry === '' && reference.namespace === '';
  const integrated = integratedRegistry !== '' && reference.registry === integratedRegistry;
  const ownNamespace = reference.namespace === '' || reference.namespace === namespace;
  const isTag = resolveAll || short || (integrated && ownNamespace);
  // a name with a slash in it, or none, cannot be a stream's
  if (!isTag || reference.name === '' || reference.name.includes('/'))
    return { kind: 'Elsewhere', reference };
  const tag = reference.tag === '' ? defaultTag : reference.tag;
  return { kind: 'Tag', reference, stream: reference.name, tag, partial: resolveAll || short, short };
}

/** An image that is looked at, and what it asks for. */
export interface ReadImage {
  readonly place: ImagePlace;
  readonly reading: Reading;
}

/** The changed images of a subject, read but not yet resolved. */
export function readChanged(
  { changed, resolveAll }: ImagesInScope,
  namespace: string,
  integratedRegistry: string,
): readonly ReadImage[] {
  return changed.map((place) => ({
    place,
    reading: readImage(place.image, namespace, resolveAll, integratedRegistry),
  }));
}
