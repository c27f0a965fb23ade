import { generateKeyPair, randomBytes, sign as signBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import type { CertificatePair } from './pair.ts';
import { subjectOf } from './subject.ts';

/** How long a certificate is valid: counted from `notBefore`, which is itself moved back by {@link CLOCK_SKEW_MS}. */
export interface Validity {
  readonly notBefore: Date;
  /** May be a fraction. */
  readonly days: number;
}

export const DAY_MS = 86_400_000;

/** How far `notBefore` lies in the past, so that a client accepts a fresh certificate whose clock is slow, or in another time zone. */
export const CLOCK_SKEW_MS = DAY_MS;

const RSA_BITS = 2048;
const SERIAL_BYTES = 16;

const newKeyPair = promisify(generateKeyPair);

interface Issuer {
  readonly certificate: forge.pki.Certificate;
  readonly key: string;
}

interface Request {
  readonly subject: readonly forge.pki.CertificateField[];
  readonly extensions: readonly object[];
  readonly validity: Validity;
  /** Absent for a certificate that signs itself. */
  readonly issuer?: Issuer;
}

/** Makes a fresh RSA key and a certificate for it, signed with SHA-256 by the issuer or by itself. */
export async function sign(request: Request): Promise<CertificatePair> {
  const { publicKey, privateKey } = await newKeyPair('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = new Date(request.validity.notBefore.getTime() - CLOCK_SKEW_MS);
  certificate.validity.notAfter = notAfter(request);
  certificate.setSubject([...request.subject]);
  certificate.setIssuer(request.issuer ? subjectOf(request.issuer.certificate) : [...request.subject]);
  const issuerKeyId = (request.issuer?.certificate ?? certificate).generateSubjectKeyIdentifier();
  certificate.setExtensions([
    ...request.extensions,
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuerKeyId.getBytes() },
  ]);
  certificate.sign(nativeSigner(certificate, request.issuer?.key ?? privateKey), forge.md.sha256.create());
  return { certificate: pem(certificate), key: privateKey };
}

/** The issuer's key, signing with OpenSSL: forge's own arithmetic is slow enough to hold up requests being served. */
function nativeSigner(certificate: forge.pki.Certificate, keyPem: string): forge.pki.rsa.PrivateKey {
  const key = forge.pki.privateKeyFromPem(keyPem);
  key.sign = () => {
    const body = Buffer.from(forge.asn1.toDer(certificate.tbsCertificate).getBytes(), 'latin1');
    return signBytes('sha256', body, keyPem).toString('latin1');
  };
  return key;
}

/** No certificate outlives the one that signed it: verifiers would reject it then anyway. */
function notAfter({ validity, issuer }: Request): Date {
  const wanted = validity.notBefore.getTime() + validity.days * DAY_MS;
  const limit = issuer?.certificate.validity.notAfter.getTime() ?? Number.POSITIVE_INFINITY;
  return new Date(Math.min(wanted, limit));
}

/** 128 random bits as hexadecimal; the first byte is kept in 0x40..0x7f, so the number is positive and never shortened. */
function serialNumber(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function pem(certificate: forge.pki.Certificate): string {
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}
