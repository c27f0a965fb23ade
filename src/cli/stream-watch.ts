import { type FSWatcher, watch } from 'node:fs';
import type { StreamDirectory } from './stream-directory.ts';

/** Long enough for an editor to finish writing. */
const settleMs = 100;
/** Network drives and mounts from another machine report no changes; a look now and then finds them. */
const pollMs = 2000;

/**
 * Keeps the streams of a directory current: an edit is read when it has settled, or at once when a review asks before that.
 * Gives the function that ends it.
 */
export function watchStreams(directory: StreamDirectory): () => void {
  let settling: NodeJS.Timeout | undefined;
  const watcher = watcherOf(directory.path, () => {
    directory.markStale();
    clearTimeout(settling);
    settling = setTimeout(() => directory.refresh(), settleMs);
  });
  const poll = setInterval(() => directory.refresh(), pollMs);
  return () => {
    watcher?.close();
    clearTimeout(settling);
    clearInterval(poll);
  };
}

/** Undefined where the system cannot watch (too many watches, for one): then polling has to do. */
function watcherOf(path: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(path, { recursive: true }, changed).on('error', () => {});
  } catch {
    return undefined;
  }
}
