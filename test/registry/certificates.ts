import { constants, generateKeyPairSync, privateEncrypt } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

/** A certificate and its key as PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});
/** What stands before a SHA-256 digest in a signature of RSA. */
const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Signs with Node's arithmetic: that of node-forge takes a second here. */
const quickKey = {
  sign: (digest: forge.md.MessageDigest): string => {
    const content = Buffer.concat([digestInfo, Buffer.from(digest.digest().getBytes(), 'binary')]);
    return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, content).toString(
      'binary',
    );
  },
};
const hourMs = 3_600_000;
let serial = 0;

/** A self-signed certificate that is its own authority. */
export function certificateFor(name: string, validForMs = hourMs): KeyPair {
  serial += 1;
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = serial.toString(16).padStart(2, '0');
  certificate.validity.notBefore = new Date(Date.now() - 2 * hourMs);
  certificate.validity.notAfter = new Date(Date.now() + validForMs);
  const subject = [{ name: 'commonName', value: `${name} ${serial}` }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  const altName = isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name };
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [altName] },
  ]);
  certificate.sign(quickKey as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: privateKey };
}
