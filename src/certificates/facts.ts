import { X509Certificate } from 'node:crypto';
import { type CertificatePair, inspectPair, lifeOf, type ServerNames, uncoveredNames } from '../tls/index.ts';
import { authorityName } from './issuing.ts';
import { authorityKeys, servingKeys } from './secret-texts.ts';
import type { Authority, CertificateFacts, Fault, Leaf, TrustedCertificate } from './state.ts';

/** Certificates in a PEM text, and whether there was anything else in it. */
export interface PemCertificates {
  readonly certificates: readonly TrustedCertificate[];
  readonly broken: boolean;
}

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Larger bundles are not looked into: nobody needs more, and each certificate costs time. */
const mostPemCharacters = 256 * 1024;

/** Reads every certificate of a text; what is between them is a comment. */
export function certificatesIn(text: string): PemCertificates {
  if (text.length > mostPemCharacters) return { certificates: [], broken: true };
  const blocks = text.match(block) ?? [];
  const certificates = blocks.flatMap((pem) => {
    const certificate = parsed(pem);
    return certificate === undefined ? [] : [trustedCertificate(certificate)];
  });
  const broken = certificates.length < blocks.length || (blocks.length === 0 && text.trim() !== '');
  return { certificates, broken };
}

/** @param pair what is stored; undefined where it is not */
export function authorityIn(pair: Partial<CertificatePair>): Authority | Fault {
  const { certificate, key } = pair;
  if (certificate === undefined || key === undefined) {
    return missing(authorityKeys[certificate === undefined ? 'certificate' : 'key']);
  }
  const inspection = inspectPair({ certificate, key }, authorityKeys);
  if ('fault' in inspection) return broken(inspection.fault);
  if (!inspection.certificate.ca) return broken('ca.crt is not an authority');
  if (inspection.certificate.publicKey.asymmetricKeyType !== 'rsa') return broken('ca.key is not an RSA key');
  return { trusted: trustedCertificate(inspection.certificate), pair: { certificate, key } };
}

/** @param names that the certificate should have */
export function leafIn(pair: Partial<CertificatePair>, names: ServerNames): Leaf | Fault {
  const { certificate, key } = pair;
  if (certificate === undefined || key === undefined) {
    return missing(servingKeys[certificate === undefined ? 'certificate' : 'key']);
  }
  const inspection = inspectPair({ certificate, key }, servingKeys);
  if ('fault' in inspection) return broken(inspection.fault);
  const leaf = inspection.certificate;
  return {
    ...factsOf(leaf),
    lackingNames: uncoveredNames(leaf, names),
    signedBy: ({ pem }) => isSigned(leaf, parsed(pem)),
  };
}

function isSigned(leaf: X509Certificate, authority: X509Certificate | undefined): boolean {
  return authority !== undefined && leaf.checkIssued(authority) && leaf.verify(authority.publicKey);
}

function trustedCertificate(certificate: X509Certificate): TrustedCertificate {
  const own = certificate.ca && certificate.subject.split('\n').includes(`CN=${authorityName}`);
  return { ...factsOf(certificate), pem: certificate.toString(), own };
}

function factsOf(certificate: X509Certificate): CertificateFacts {
  return { id: certificate.fingerprint256, ...lifeOf(certificate) };
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function missing(file: string): Fault {
  return { code: 'missing', message: `${file} is missing` };
}

function broken(message: string): Fault {
  return { code: 'broken', message };
}
