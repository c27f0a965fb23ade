const longestMs = 6 * 3_600_000;
const shortestMs = 1_000;

/**
 * How long a `Retry-After` header asks to wait, in milliseconds: seconds or a date, at least one second, at most six hours.
 * Undefined when there is none, or none that says anything.
 */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  const wanted = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(wanted) ? undefined : Math.min(longestMs, Math.max(shortestMs, wanted));
}

/** What a registry says of its limit on pulls: `ratelimit-remaining: 0;w=21600`. */
export interface PullsLeft {
  readonly left: number;
  /** In which the limit counts; 0 when not said. */
  readonly windowMs: number;
}

export function pullsLeft(value: string | undefined): PullsLeft | undefined {
  const [, left, window = '0'] = /^\s*(\d{1,9})\s*(?:;\s*w=(\d{1,9}))?/.exec(value ?? '') ?? [];
  return left === undefined ? undefined : { left: Number(left), windowMs: Number(window) * 1000 };
}
