import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Trust in the authorities that Node trusts and in those of a bundle; undefined when Node's own are enough. Made once: reading some
 * hundred certificates for each connection would be slow. Throws a RangeError when the bundle holds no certificate, or one that
 * cannot be read.
 *
 * @param bundle certificates in PEM
 */
export function trustedAuthorities(bundle: string | undefined): SecureContext | undefined {
  if (bundle === undefined || bundle.trim() === '') return undefined;
  const own = bundle.match(certificate) ?? [];
  if (own.length === 0 || !own.every(isReadable)) {
    throw new RangeError('The CA bundle for registries is no list of certificates in PEM.');
  }
  return createSecureContext({ ca: [...getCACertificates('default'), ...own] });
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
