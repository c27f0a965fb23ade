import { changedTags } from './changed-tags.ts';
import { homeOf } from './names.ts';
import { readableSpec } from './shape.ts';
import { tagWarnings } from './tag-warnings.ts';
import type { ImageStream } from './types.ts';

/** Clients print each on a line of its own, and the API server cuts them all at 4096 characters together. */
export const mostWarnings = 8;

const more = 'there is more to say of the tags of this stream; mend these first';

/** A stream that a user writes, as {@link validateImageStream} gets it. */
export interface StreamWarning {
  readonly next: ImageStream;
  readonly old: ImageStream | undefined;
  readonly namespace: string;
}

/** What a user should know of the tags that are added or changed, though they may be stored: at most 8 sentences, and that there are more. */
export function imageStreamWarnings({ next, old, namespace }: StreamWarning): readonly string[] {
  const tags = readableSpec(next)?.tags ?? [];
  const around = { home: homeOf(next, namespace), names: new Set(tags.map(({ name }) => name)) };
  const warnings: string[] = [];
  for (const tag of changedTags(tags, readableSpec(old)?.tags ?? [])) {
    warnings.push(...tagWarnings(tag, around));
    if (warnings.length > mostWarnings) return [...warnings.slice(0, mostWarnings), more];
  }
  return warnings;
}
