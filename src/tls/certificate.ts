import type { CertificatePair } from './pair.ts';
import { sign } from './signature.ts';
import { type Subject, subjectFields } from './subject.ts';
import type { Validity } from './validity.ts';

/** What a certificate may be used for in TLS. */
export type CertificateUsage = 'server' | 'client';

/** The names a server answers to. */
export interface ServerNames {
  readonly dnsNames?: readonly string[];
  /** IPv4 or IPv6, without brackets. */
  readonly ipAddresses?: readonly string[];
}

/** What an end certificate is made of. */
export interface CertificateRequest extends Subject, ServerNames, Validity {
  readonly usages: readonly CertificateUsage[];
}

const DNS_NAME = 2;
const IP_ADDRESS = 7;

/**
 * Makes a key and a certificate signed by `authority`, which must be of RSA. It never outlives the authority.
 * Verifiers look for server names among the alternative names only, never in the common name.
 */
export function issueCertificate(
  authority: CertificatePair,
  request: CertificateRequest,
): Promise<CertificatePair> {
  return sign({
    subject: subjectFields(request),
    extensions: [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      {
        name: 'extKeyUsage',
        serverAuth: request.usages.includes('server'),
        clientAuth: request.usages.includes('client'),
      },
      ...alternativeNames(request),
    ],
    validity: request,
    issuer: authority,
  });
}

/** An empty list of names is not allowed in X.509, so a certificate without names has no such extension. */
function alternativeNames({ dnsNames = [], ipAddresses = [] }: ServerNames): object[] {
  const altNames = [
    ...dnsNames.map((value) => ({ type: DNS_NAME, value })),
    ...ipAddresses.map((ip) => ({ type: IP_ADDRESS, ip })),
  ];
  return altNames.length === 0 ? [] : [{ name: 'subjectAltName', altNames }];
}
