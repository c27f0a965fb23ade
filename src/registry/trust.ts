import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/**
 * Trust in the authorities that Node trusts and in those of a bundle; undefined when Node's own are enough. Made once: reading some
 * hundred certificates for each connection would be slow. Throws Node's error when the bundle cannot be read.
 *
 * @param bundle certificates in PEM
 */
export function trustedAuthorities(bundle: string | undefined): SecureContext | undefined {
  if (bundle === undefined || bundle.trim() === '') return undefined;
  return createSecureContext({ ca: [...getCACertificates('default'), bundle] });
}
