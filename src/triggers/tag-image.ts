import { type ImageStream, pullSpecOf } from '../imagestream/index.ts';

/**
 * The image that a trigger on a tag gives: the pull spec of the newest history entry, by digest where the entry has one, else as it
 * was recorded (`reference: true`). Undefined while the tag has no entry; neither generation nor condition nor source is
 * looked at, so a failed import changes nothing. Source: triggers.md §2.6.
 */
export function tagImage(stream: ImageStream | undefined, tag: string): string | undefined {
  const newest = stream?.status?.tags?.find((list) => list.tag === tag)?.items?.[0];
  if (newest === undefined) return undefined;
  const policy = stream?.spec?.tags?.find(({ name }) => name === tag)?.referencePolicy?.type || 'Source';
  const repository = stream?.status?.dockerImageRepository ?? '';
  return pullSpecOf(newest, policy, repository) || newest.dockerImageReference || undefined;
}
