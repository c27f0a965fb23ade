import { millisecondsOf } from './timestamp.ts';
import type { NamedTagEventList } from './types.ts';

/** How many names the column TAGS shows. */
const mostShown = 5;

/** What the printer columns of a stream show; a column cannot sort or count by itself. */
export interface Summary {
  /** Names, newest first, then by name, tags without history last: `v3,v2,v1`, or `v7,v6,v5,v4,v3 + 4 more...`. */
  readonly tags: string | undefined;
  /** When the newest entry was made, RFC 3339. */
  readonly updated: string | undefined;
}

/** After the table of image-streams.md §9, with a number of names for its width. Undefined where there is nothing to show. */
export function summaryOf(lists: readonly NamedTagEventList[]): Summary {
  const dated = lists.map(({ tag, items }) => {
    const created = items?.[0]?.created ?? undefined;
    const age = items?.[0] === undefined ? Number.NEGATIVE_INFINITY : (millisecondsOf(created) ?? 0);
    return { tag, created, age };
  });
  dated.sort((one, other) => (one.age === other.age ? (one.tag < other.tag ? -1 : 1) : other.age - one.age));
  const names = dated.map(({ tag }) => tag);
  const more = names.length > mostShown ? ` + ${names.length - mostShown} more...` : '';
  return {
    tags: names.length === 0 ? undefined : `${names.slice(0, mostShown).join(',')}${more}`,
    updated: dated[0]?.created,
  };
}
