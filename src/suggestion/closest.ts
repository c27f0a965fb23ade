import { distance } from 'fastest-levenshtein';

/** Longer input is no slip of the keyboard, and edit distance is quadratic. */
const longestName = 256;
const mostCandidates = 1000;

/**
 * The candidate that was probably meant when `seen` was written, or undefined when none is near.
 *
 * Near is an edit distance of at most a third of the name's length (at least one, so that `kecloak`
 * finds `keycloak` and `a` does not find `zebra`), or a difference in letter case only. At most the first
 * thousand candidates are compared; among equals the last wins: of sorted
 * tags that is the newest.
 */
export function closest(seen: string, candidates: Iterable<string>): string | undefined {
  if (seen === '' || seen.length > longestName) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(seen.length / 3));
  let compared = 0;
  for (const candidate of candidates) {
    if (++compared > mostCandidates) break;
    if (candidate === seen || Math.abs(candidate.length - seen.length) > bestDistance) continue;
    const edits = candidate.toLowerCase() === seen.toLowerCase() ? 0 : distance(seen, candidate);
    if (edits <= bestDistance && edits < candidate.length) {
      best = candidate;
      bestDistance = edits;
    }
  }
  return best;
}
