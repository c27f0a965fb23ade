/** How long to wait between attempts, in milliseconds. */
export interface BackoffLimits {
  readonly baseMs: number;
  readonly capMs: number;
}

export const defaultBackoff: BackoffLimits = { baseMs: 800, capMs: 30_000 };

/**
 * Wait before attempt number `failures` + 1: doubles from the base up to the cap, then a random half of it
 * is taken off, so that many clients of a restarted API server do not come back together.
 * @param failures consecutive failures so far, from 1
 * @param random in [0, 1)
 */
export function backoffDelay(
  failures: number,
  random: number,
  limits: BackoffLimits = defaultBackoff,
): number {
  const exponent = Math.min(Math.max(failures, 1) - 1, 30);
  const full = Math.min(limits.capMs, limits.baseMs * 2 ** exponent);
  return full * (0.5 + random / 2);
}
