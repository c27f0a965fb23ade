import type { X509Certificate } from 'node:crypto';
import type { ServerNames } from './certificate.ts';
import { inspectPair, uncoveredNames } from './inspection.ts';
import { ageFault, lifeOf } from './life.ts';
import type { CertificatePair } from './pair.ts';
import type { CertificateFile, CertificateFiles } from './store.ts';

/** An authority and the serving certificate that it signed. */
export interface CertificateSet {
  readonly authority: CertificatePair;
  readonly serving: CertificatePair;
}

/**
 * Why something is made anew. `missing`, `names` (others are wanted), `ageing` (two thirds of its life are over)
 * and `expired` are the course of things; `broken`, `untrusted` (not signed by the authority) and `not-yet-valid` are not.
 */
export type RenewalCode =
  | 'missing'
  | 'broken'
  | 'untrusted'
  | 'names'
  | 'not-yet-valid'
  | 'ageing'
  | 'expired';

export interface RenewalReason {
  readonly code: RenewalCode;
  /** Names the file and what was seen; no full stop. */
  readonly message: string;
}

/** What to do with a stored set. */
export type Renewal =
  | { readonly action: 'keep'; readonly set: CertificateSet }
  | { readonly action: 'renew-leaf'; readonly authority: CertificatePair; readonly reason: RenewalReason }
  | { readonly action: 'renew-all'; readonly reason: RenewalReason };

type Checked =
  | { readonly pair: CertificatePair; readonly certificate: X509Certificate }
  | { readonly reason: RenewalReason };

/** Decides, without touching anything, whether what is stored still serves `names` at the time `now`. */
export function decideRenewal(stored: CertificateFiles, names: ServerNames, now: Date): Renewal {
  const authority = check(stored, 'ca.crt', 'ca.key', now);
  if ('reason' in authority) {
    return { action: 'renew-all', reason: authority.reason };
  }
  if (!authority.certificate.ca) {
    return { action: 'renew-all', reason: { code: 'broken', message: 'ca.crt is not an authority' } };
  }
  const serving = check(stored, 'tls.crt', 'tls.key', now);
  if ('reason' in serving) {
    return { action: 'renew-leaf', authority: authority.pair, reason: serving.reason };
  }
  const reason = servingFault(serving.certificate, authority.certificate, names);
  return reason === undefined
    ? { action: 'keep', set: { authority: authority.pair, serving: serving.pair } }
    : { action: 'renew-leaf', authority: authority.pair, reason };
}

function check(
  stored: CertificateFiles,
  certificateFile: CertificateFile,
  keyFile: CertificateFile,
  now: Date,
): Checked {
  const certificate = stored[certificateFile];
  const key = stored[keyFile];
  if (certificate === undefined || key === undefined) {
    const absent = certificate === undefined ? certificateFile : keyFile;
    return { reason: { code: 'missing', message: `${absent} is missing` } };
  }
  const pair = { certificate, key };
  const inspection = inspectPair(pair, { certificate: certificateFile, key: keyFile });
  if ('fault' in inspection) {
    return { reason: { code: 'broken', message: inspection.fault } };
  }
  const reason = ageFault(lifeOf(inspection.certificate), certificateFile, now.getTime());
  return reason === undefined ? { pair, certificate: inspection.certificate } : { reason };
}

function servingFault(
  serving: X509Certificate,
  authority: X509Certificate,
  names: ServerNames,
): RenewalReason | undefined {
  if (!serving.checkIssued(authority) || !serving.verify(authority.publicKey)) {
    return { code: 'untrusted', message: 'tls.crt is not signed by ca.crt' };
  }
  const uncovered = uncoveredNames(serving, names);
  return uncovered.length === 0
    ? undefined
    : { code: 'names', message: `tls.crt does not name ${uncovered.join(', ')}` };
}
