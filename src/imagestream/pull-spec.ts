import { exactReference, isDigest, parseReference, repositoryOf } from '../reference/index.ts';
import type { ReferencePolicyType, TagEvent } from './types.ts';

/**
 * The pull spec that users of a tag get from its newest history entry: the repository of the recorded reference with the
 * entry's digest, or for policy `Local` the stream's own repository with that digest (image-streams.md §4.10,
 * image-policy.md §6.3, §6.5). A digest that differs in the recorded reference gives way to the entry's.
 *
 * Empty when the entry has no well-formed digest (`reference: true`), or when the recorded reference does not parse or has no name.
 */
export function pullSpecOf(event: TagEvent, policy: ReferencePolicyType, streamRepository: string): string {
  const digest = event.image ?? '';
  if (!isDigest(digest)) return '';
  const local = policy === 'Local' ? withDigest(streamRepository, digest) : '';
  return local === '' ? withDigest(event.dockerImageReference ?? '', digest) : local;
}

function withDigest(text: string, digest: string): string {
  const parsed = parseReference(text);
  if (!parsed.ok || repositoryOf(parsed.reference) === '') return '';
  const exact = exactReference({ ...parsed.reference, tag: '', id: digest });
  // nearly always the recorded text says just that, and keeping it is a third of the memory of a string put together
  return exact === text ? text : exact;
}
