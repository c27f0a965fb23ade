import { defaultTag } from '../reference/index.ts';

export interface StreamTagName {
  readonly stream: string;
  readonly tag: string;
}

/**
 * Splits the name of an ImageStreamTag at its first `:`; an empty tag is `latest`, a missing `:` is no name
 * (triggers.md §1.3).
 */
export function splitStreamTag(name: string): StreamTagName | undefined {
  const colon = name.indexOf(':');
  if (colon < 0) return undefined;
  const tag = name.slice(colon + 1);
  return { stream: name.slice(0, colon), tag: tag === '' ? defaultTag : tag };
}
