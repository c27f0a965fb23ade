/** Another writer who puts back a container's image each time, as far as it must be remembered. Times in milliseconds. */
export interface Fight {
  /** The tag's image; with another one it is another fight. */
  readonly image: string;
  /** When that image was written again. */
  readonly rewrites: readonly number[];
  /** How often it was given way so far. */
  readonly stops: number;
  /** Nothing is written before. */
  readonly until: number;
}

const windowMs = 5 * 60_000;
const mostReverts = 3;
const firstStopMs = 10 * 60_000;
const longestStopMs = 6 * 3_600_000;

/**
 * Another image stands where this one was written. The third time within five minutes is the last for ten minutes; then it is tried
 * once, and each time in vain the wait doubles, up to six hours.
 */
export function reverted(fight: Fight | undefined, image: string, now: number): Fight {
  if (fight === undefined || fight.image !== image) return { image, rewrites: [], stops: 0, until: 0 };
  if (now < fight.until) return fight;
  const rewrites = fight.rewrites.filter((time) => time > now - windowMs);
  const since = fight.rewrites.filter((time) => time >= fight.until);
  // it was written after the last stop, and stood for a while
  const stops = since.length > 0 && rewrites.length === 0 ? 0 : fight.stops;
  if (rewrites.length + 1 < (stops === 0 ? mostReverts : 2)) return { ...fight, rewrites, stops };
  const until = now + Math.min(longestStopMs, firstStopMs * 2 ** stops);
  return { image, rewrites, stops: stops + 1, until };
}

/** The image was written once more. */
export function rewritten(fight: Fight, now: number): Fight {
  return { ...fight, rewrites: [...fight.rewrites, now].slice(-mostReverts) };
}

/** Nobody put another image back for so long that it need not be remembered. */
export function isOver({ rewrites, until }: Fight, now: number): boolean {
  return until <= now && rewrites.every((time) => time <= now - windowMs);
}
