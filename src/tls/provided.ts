import { readCertificateFile } from './directory.ts';
import { TlsError } from './error.ts';
import { inspectPair } from './inspection.ts';
import type { CertificatePair } from './pair.ts';

const FILES = { certificate: 'tls.crt', key: 'tls.key' } as const;

/**
 * Reads `tls.crt` and `tls.key` from a directory that somebody else looks after: a person, cert-manager, a mounted
 * Secret. Never writes. Rejects with a TlsError: `missing`, `unreadable` or `broken`.
 */
export async function providedCertificate(path: string): Promise<CertificatePair> {
  const certificate = await provided(path, FILES.certificate);
  const key = await provided(path, FILES.key);
  const inspection = inspectPair({ certificate, key }, FILES);
  if ('fault' in inspection) {
    throw new TlsError('broken', `The certificate in ${path} cannot be used: ${inspection.fault}.`);
  }
  return { certificate, key };
}

async function provided(path: string, file: 'tls.crt' | 'tls.key'): Promise<string> {
  const text = await readCertificateFile(path, file);
  if (text === undefined) {
    throw new TlsError('missing', `There is no ${file} in ${path}; put the certificate and its key there.`);
  }
  return text;
}
