import type { TagOfStream } from './tag-source.ts';

/** More tags than this may not follow each other: each step of a longer way could be seen only by looking at one more stream. */
export const mostHops = 32;

/** The tags on the way back to the first one, which is not repeated; `TooLong` when the way was left after {@link mostHops}. */
export type Circle =
  | { readonly kind: 'Circle'; readonly path: readonly TagOfStream[] }
  | { readonly kind: 'TooLong' };

/**
 * Does following lead from a tag back to itself? A circle that the tag only leads into is the concern of others: it follows one
 * of them as it follows any tag.
 * @param sourceOf the tag that a tag follows
 */
export function aliasCircle(
  start: TagOfStream,
  sourceOf: (tag: TagOfStream) => TagOfStream | undefined,
): Circle | undefined {
  const path = [start];
  const seen = new Set([keyOf(start)]);
  for (let at = sourceOf(start); at !== undefined; at = sourceOf(at)) {
    const key = keyOf(at);
    if (key === keyOf(start)) return { kind: 'Circle', path };
    if (seen.has(key)) return undefined;
    if (path.length > mostHops) return { kind: 'TooLong' };
    seen.add(key);
    path.push(at);
  }
  return undefined;
}

function keyOf({ namespace, stream, tag }: TagOfStream): string {
  return `${namespace}/${stream}:${tag}`;
}
