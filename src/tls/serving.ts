import type { Logger } from '../telemetry/index.ts';
import { issueAuthority } from './authority.ts';
import { issueCertificate, type ServerNames } from './certificate.ts';
import { TlsError } from './error.ts';
import type { CertificatePair } from './pair.ts';
import { type CertificateSet, decideRenewal, type RenewalCode } from './renewal.ts';
import type { CertificateFiles, CertificateStore } from './store.ts';

export interface ServingCertificateOptions {
  /** Owned by this process: whatever is unfit in it is replaced. */
  readonly store: CertificateStore;
  /** What clients call the server. */
  readonly names: ServerNames;
  readonly now: () => Date;
  readonly logger: Logger;
}

const AUTHORITY_DAYS = 3650;
const SERVING_DAYS = 90;

/**
 * Gives the stored set, having renewed first what needs it, with one log line that says why.
 * Rejects with a TlsError: `unreadable`, `unwritable` or `unusable-names`.
 */
export async function servingCertificate(options: ServingCertificateOptions): Promise<CertificateSet> {
  const { store, names, now, logger } = options;
  const renewal = decideRenewal(await store.load(), names, now());
  if (renewal.action === 'keep') {
    return renewal.set;
  }
  const { action, reason } = renewal;
  const set = await issue(action === 'renew-leaf' ? renewal.authority : undefined, names, now());
  verify(set, names, now());
  await store.save(action === 'renew-leaf' ? servingFiles(set.serving) : setFiles(set));
  const made = action === 'renew-leaf' ? 'serving certificate' : 'authority and serving certificate';
  logger[severity(reason.code)](
    { action, reason: reason.code, location: store.location },
    `Made a new ${made} in ${store.location}: ${reason.message}.`,
  );
  return set;
}

async function issue(
  existing: CertificatePair | undefined,
  names: ServerNames,
  notBefore: Date,
): Promise<CertificateSet> {
  const authority =
    existing ?? (await issueAuthority({ commonName: 'imagestreams CA', notBefore, days: AUTHORITY_DAYS }));
  const serving = await issueCertificate(authority, {
    ...names,
    commonName: 'imagestreams',
    usages: ['server'],
    notBefore,
    days: SERVING_DAYS,
  });
  return { authority, serving };
}

/** Names that no certificate can carry (an IP among the DNS names) would otherwise mean a new one at every look. */
function verify(set: CertificateSet, names: ServerNames, now: Date): void {
  const verdict = decideRenewal(setFiles(set), names, now);
  if (verdict.action !== 'keep') {
    const message = `No certificate can be made for the names asked for: ${verdict.reason.message}; give DNS names and IP addresses separately, and neither empty.`;
    throw new TlsError('unusable-names', message);
  }
}

function setFiles({ authority, serving }: CertificateSet): CertificateFiles {
  return { 'ca.crt': authority.certificate, 'ca.key': authority.key, ...servingFiles(serving) };
}

function servingFiles({ certificate, key }: CertificatePair): CertificateFiles {
  return { 'tls.crt': certificate, 'tls.key': key };
}

function severity(code: RenewalCode): 'info' | 'warn' {
  switch (code) {
    case 'missing':
    case 'names':
    case 'ageing':
    case 'expired':
      return 'info';
    case 'broken':
    case 'untrusted':
    case 'not-yet-valid':
      return 'warn';
  }
}
