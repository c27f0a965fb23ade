/** How long a certificate is valid: counted from `notBefore`, which is itself moved back by {@link CLOCK_SKEW_MS}. */
export interface Validity {
  readonly notBefore: Date;
  /** May be a fraction. */
  readonly days: number;
}

export const DAY_MS = 86_400_000;

/** How far `notBefore` lies in the past, so that a client accepts a fresh certificate whose clock is slow, or in another time zone. */
export const CLOCK_SKEW_MS = DAY_MS;
