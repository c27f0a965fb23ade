import type { ReflectorHealth } from './reflector.ts';

/** Bookmarks come about once a minute, and a silent watch is opened anew after two and a half; twice that is no accident. */
const longestSilenceMs = 300_000;

/**
 * Why a mirrored collection should not be decided with; undefined when it is current. Before the first list, and when the API server has said nothing
 * for five minutes: then others may know better, and where nobody does nothing arrives anyhow, as it is the API server that sends requests.
 *
 * @param what the collection in the plural, such as `image streams`
 * @param now by the reflector's own clock, which no change of the wall clock touches
 */
export function notCurrent(
  what: string,
  { synced, lastEventAt, lastError }: ReflectorHealth,
  now: number,
): string | undefined {
  const reason = lastError === undefined ? '' : `: ${lastError.message}`;
  if (!synced || lastEventAt === undefined) return `${what} have not been listed yet${reason}`;
  const silentMs = now - lastEventAt;
  if (silentMs <= longestSilenceMs) return undefined;
  return `nothing was heard of ${what} for ${Math.round(silentMs / 1000)} s${reason}`;
}
