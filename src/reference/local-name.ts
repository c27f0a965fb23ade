import { type ImageReference, parseReference } from './parse.ts';

/** The tag that is meant where none is written. */
export const defaultTag = 'latest';

export interface LocalName {
  readonly stream: string;
  readonly tag: string;
}

/**
 * The stream and tag that a reference would name in its own namespace: one segment, no registry, no digest
 * (image-policy.md §6.2). `my.stream` and `localhost-app` are registries to the grammar and so never local.
 */
export function localName(reference: ImageReference): LocalName | undefined {
  const { registry, namespace, name, tag, id } = reference;
  if (registry !== '' || namespace !== '' || name === '' || id !== '') return undefined;
  return { stream: name, tag: tag === '' ? defaultTag : tag };
}

/** May this image string be the name of an image stream in the workload's own namespace? */
export function mayBeLocalName(image: string): boolean {
  const parsed = parseReference(image);
  return parsed.ok && localName(parsed.reference) !== undefined;
}
