import type { X509Certificate } from 'node:crypto';
import { CLOCK_SKEW_MS } from './validity.ts';

/** The times between which a certificate is valid, in milliseconds since the epoch. */
export interface Life {
  readonly notBefore: number;
  readonly notAfter: number;
}

/** `ageing`: two thirds of its life are over. */
type LifePhase = 'not-yet-valid' | 'young' | 'ageing' | 'expired';

/** A certificate past this part of its life is renewed: a third of it is left to notice that renewing fails. */
const RENEW_AFTER = 2 / 3;

function lifePhase(life: Life, now: number): LifePhase {
  if (now < life.notBefore) return 'not-yet-valid';
  if (now >= life.notAfter) return 'expired';
  return now >= renewAt(life) ? 'ageing' : 'young';
}

/** When a certificate that this project issued is to be renewed; its life is counted from when it was issued, not from its backdated begin. */
export function renewAt({ notBefore, notAfter }: Life): number {
  const issued = Math.min(notBefore + CLOCK_SKEW_MS, notAfter);
  return issued + (notAfter - issued) * RENEW_AFTER;
}

/** What is to be said of a certificate by its age, without a full stop. */
export interface AgeFault {
  readonly code: Exclude<LifePhase, 'young'>;
  readonly message: string;
}

/** Undefined while it is young. @param file what messages call it, such as `tls.crt` */
export function ageFault(life: Life, file: string, now: number): AgeFault | undefined {
  const code = lifePhase(life, now);
  const at = (time: number) => new Date(time).toISOString();
  switch (code) {
    case 'young':
      return undefined;
    case 'not-yet-valid':
      return { code, message: `${file} is not valid before ${at(life.notBefore)}` };
    case 'ageing':
      return { code, message: `${file} expires on ${at(life.notAfter)}` };
    case 'expired':
      return { code, message: `${file} expired on ${at(life.notAfter)}` };
  }
}

/** The life of a parsed certificate. */
export function lifeOf({ validFromDate, validToDate }: X509Certificate): Life {
  return { notBefore: validFromDate.getTime(), notAfter: validToDate.getTime() };
}
