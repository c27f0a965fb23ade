import type { ImageReference } from '../reference/index.ts';
import type { AllowList } from './allow-list.ts';
import { insecureRepositoryAnnotation } from './annotations.ts';
import { knownRepositories, repositoryKey } from './known-repositories.ts';
import { annotationOf } from './own-annotations.ts';
import type { ImageStream } from './types.ts';

/** Why an image may not come from its registry; undefined when it may. */
export type RegistryRefusal = (reference: ImageReference, insecure: boolean) => string | undefined;

/**
 * Asks the allow-list for images of `stream`. A repository that the old stream mentions anywhere is let through, so that a list
 * that was tightened since never blocks a change (image-streams.md §2.1).
 */
export function registryRefusal(
  allowList: AllowList,
  stream: ImageStream,
  old: ImageStream | undefined,
): RegistryRefusal {
  const insecureStream = isInsecure(stream);
  let known: ReadonlySet<string> | undefined;
  return (reference, insecure) => {
    const refused = allowList.refusal(reference, insecure || insecureStream ? 'any' : 'secure');
    if (refused === undefined || old === undefined) return refused;
    known ??= knownRepositories(old);
    return known.has(repositoryKey(reference)) ? undefined : refused;
  };
}

/** Does the stream allow plain HTTP for all it imports? */
export function isInsecure(stream: ImageStream): boolean {
  return annotationOf(stream, insecureRepositoryAnnotation) === 'true';
}
