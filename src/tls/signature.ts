import { generateKeyPair, randomBytes, sign as signBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type forge from 'node-forge';
import type { CertificatePair } from './pair.ts';
import { subjectOf } from './subject.ts';
import { CLOCK_SKEW_MS, DAY_MS, type Validity } from './validity.ts';

const RSA_BITS = 2048;
const SERIAL_BYTES = 16;

const newKeyPair = promisify(generateKeyPair);

interface Request {
  readonly subject: readonly forge.pki.CertificateField[];
  readonly extensions: readonly object[];
  readonly validity: Validity;
  /** Absent for a certificate that signs itself. */
  readonly issuer?: CertificatePair;
}

/** Makes a fresh RSA key and a certificate for it, signed with SHA-256 by the issuer or by itself. */
export async function sign({ subject, extensions, validity, issuer }: Request): Promise<CertificatePair> {
  // loaded only here: a webhook whose certificate is made elsewhere never needs it
  const { default: library } = await import('node-forge');
  const { publicKey, privateKey } = await newKeyPair('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const signer = issuer && library.pki.certificateFromPem(issuer.certificate);
  const certificate = library.pki.createCertificate();
  certificate.publicKey = library.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = new Date(validity.notBefore.getTime() - CLOCK_SKEW_MS);
  certificate.validity.notAfter = notAfter(validity, signer);
  certificate.setSubject([...subject]);
  certificate.setIssuer(signer ? subjectOf(signer) : [...subject]);
  const issuerKeyId = (signer ?? certificate).generateSubjectKeyIdentifier();
  certificate.setExtensions([
    ...extensions,
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuerKeyId.getBytes() },
  ]);
  const key = nativeSigner(library, certificate, issuer?.key ?? privateKey);
  certificate.sign(key, library.md.sha256.create());
  const pem = library.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
  return { certificate: pem, key: privateKey };
}

/** The issuer's key, signing with OpenSSL: forge's own arithmetic is slow enough to hold up requests being served. */
function nativeSigner(
  library: typeof forge,
  certificate: forge.pki.Certificate,
  keyPem: string,
): forge.pki.rsa.PrivateKey {
  const key = library.pki.privateKeyFromPem(keyPem);
  key.sign = () => {
    const body = Buffer.from(library.asn1.toDer(certificate.tbsCertificate).getBytes(), 'latin1');
    return signBytes('sha256', body, keyPem).toString('latin1');
  };
  return key;
}

/** No certificate outlives the one that signed it: verifiers would reject it then anyway. */
function notAfter({ notBefore, days }: Validity, signer: forge.pki.Certificate | undefined): Date {
  const wanted = notBefore.getTime() + days * DAY_MS;
  return new Date(Math.min(wanted, signer?.validity.notAfter.getTime() ?? Number.POSITIVE_INFINITY));
}

/** 128 random bits as hexadecimal; the first byte is kept in 0x40..0x7f, so the number is positive and never shortened. */
function serialNumber(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}
