import { CLOCK_SKEW_MS } from './validity.ts';

/** The times between which a certificate is valid, in milliseconds since the epoch. */
export interface Life {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** `ageing`: two thirds of its life are over. */
export type LifePhase = 'not-yet-valid' | 'young' | 'ageing' | 'expired';

/** A certificate past this part of its life is renewed: a third of it is left to notice that renewing fails. */
const RENEW_AFTER = 2 / 3;

export function lifePhase(life: Life, now: number): LifePhase {
  if (now < life.notBefore) return 'not-yet-valid';
  if (now >= life.notAfter) return 'expired';
  return now >= renewAt(life) ? 'ageing' : 'young';
}

/** When a certificate that this project issued is to be renewed; its life is counted from when it was issued, not from its backdated begin. */
export function renewAt({ notBefore, notAfter }: Life): number {
  const issued = Math.min(notBefore + CLOCK_SKEW_MS, notAfter);
  return issued + (notAfter - issued) * RENEW_AFTER;
}
