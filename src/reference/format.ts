import type { ImageReference } from './parse.ts';

/**
 * The exact form of image-policy.md §5: `[registry/][namespace/]name`, then `@digest` when there is one
 * (the tag is dropped), else `:tag`. A reference without a name has no exact form and gives the empty string.
 */
export function exactReference(reference: ImageReference): string {
  const repository = repositoryOf(reference);
  if (repository === '') return '';
  if (reference.id !== '') return `${repository}@${reference.id}`;
  return reference.tag === '' ? repository : `${repository}:${reference.tag}`;
}

/** `[registry/][namespace/]name`; empty when the reference has no name. */
export function repositoryOf({ registry, namespace, name }: ImageReference): string {
  if (name === '') return '';
  return `${registry === '' ? '' : `${registry}/`}${namespace === '' ? '' : `${namespace}/`}${name}`;
}
