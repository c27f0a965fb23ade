import { type CertificatePair, DAY_MS, issueAuthority, issueCertificate } from '../tls/index.ts';
import type { RotationSettings } from './settings.ts';

/** An authority's certificate and key. */
export type NewAuthority = CertificatePair;

/** A serving certificate and its key. */
export type NewLeaf = CertificatePair;

/** What authorities of this project are called: by that they are known where they left traces. */
export const authorityName = 'imagestreams webhook CA';

export function newAuthority({ authorityLifetimeMs }: RotationSettings, now: number): Promise<NewAuthority> {
  return issueAuthority({
    commonName: authorityName,
    notBefore: new Date(now),
    days: authorityLifetimeMs / DAY_MS,
  });
}

export function newLeaf(
  authority: NewAuthority,
  { names, servingLifetimeMs }: RotationSettings,
  now: number,
): Promise<NewLeaf> {
  return issueCertificate(authority, {
    ...names,
    commonName: 'imagestreams webhook',
    usages: ['server'],
    notBefore: new Date(now),
    days: servingLifetimeMs / DAY_MS,
  });
}
