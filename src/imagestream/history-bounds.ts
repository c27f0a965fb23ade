import { jsonBytes } from './stream-size.ts';
import type { ImageStream, NamedTagEventList } from './types.ts';

export interface HistoryBounds {
  /** Entries of a tag. */
  readonly mostEntries: number;
  /** Of the whole stream as it is stored. */
  readonly mostBytes: number;
}

/**
 * The stream with no more history than may be kept: of each tag the newest entries, and of the longest histories the oldest go until
 * the stream fits. What a tag points to now never goes, so `fits` may be false; then all that is left are such entries.
 */
export function boundedHistory(
  stream: ImageStream,
  { mostEntries, mostBytes }: HistoryBounds,
): { readonly stream: ImageStream; readonly fits: boolean } {
  const lists = stream.status?.tags ?? [];
  const kept = lists.map(({ items }) => Math.min(items?.length ?? 0, Math.max(mostEntries, 1)));
  const shortened = cut(stream, kept);
  let excess = jsonBytes(shortened) - mostBytes;
  while (excess > 0) {
    const index = longest(lists, kept);
    if (index === undefined) break;
    const oldest = (kept[index] ?? 0) - 1;
    excess -= jsonBytes(lists[index]?.items?.[oldest]) + 1;
    kept[index] = oldest;
  }
  return { stream: cut(shortened, kept), fits: excess <= 0 };
}

/** The list that loses its oldest entry next: the longest, of equals the one that goes back furthest. */
function longest(lists: readonly NamedTagEventList[], kept: readonly number[]): number | undefined {
  let found: number | undefined;
  const oldest = (index: number) => lists[index]?.items?.[(kept[index] ?? 0) - 1]?.created ?? '';
  for (const [index, length] of kept.entries()) {
    const most = found === undefined ? 1 : (kept[found] ?? 1);
    if (length > most) found = index;
    else if (found !== undefined && length === most && oldest(index) < oldest(found)) found = index;
  }
  return found;
}

function cut(stream: ImageStream, kept: readonly number[]): ImageStream {
  const lists = stream.status?.tags ?? [];
  const tags = lists.map((list, index) => {
    const items = list.items ?? [];
    const length = kept[index] ?? items.length;
    return length < items.length ? { ...list, items: items.slice(0, length) } : list;
  });
  return tags.every((list, index) => list === lists[index])
    ? stream
    : { ...stream, status: { ...stream.status, tags } };
}
