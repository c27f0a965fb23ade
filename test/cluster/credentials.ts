import { generateKeyPair } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type CertificatePair, issueAuthority, issueCertificate } from '../../src/tls/index.ts';

/** Who a client certificate says its holder is. */
export interface Identity {
  readonly user: string;
  readonly groups?: readonly string[];
}

/** Where a certificate and its key lie. */
export interface PairFiles {
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** The cluster's keys and certificates, as files in one directory. */
export interface Credentials {
  /** Signs the servers' and the clients' certificates. */
  readonly authority: PairFiles;
  readonly serving: PairFiles;
  /** Signs {@link proxyClient} only: whoever holds it may speak for any user. */
  readonly proxyAuthority: PairFiles;
  readonly proxyClient: PairFiles;
  /** Signs and checks service account tokens. */
  readonly serviceAccountKeyFile: string;
}

const DAYS = 7;

/** Makes all that a control plane needs. `notBefore` lies an hour back, for clocks that are a little off. */
export async function createCredentials(directory: string): Promise<Credentials> {
  const validity = { notBefore: anHourAgo(), days: DAYS };
  const [authority, proxyAuthority] = await Promise.all([
    issueAuthority({ commonName: 'test-cluster', ...validity }),
    issueAuthority({ commonName: 'test-cluster-front-proxy', ...validity }),
  ]);
  const [serving, proxyClient, serviceAccountKey] = await Promise.all([
    issueCertificate(authority, {
      commonName: 'kube-apiserver',
      dnsNames: ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'],
      ipAddresses: ['127.0.0.1', '10.0.0.1'],
      usages: ['server'],
      ...validity,
    }),
    issueCertificate(proxyAuthority, { commonName: 'front-proxy-client', usages: ['client'], ...validity }),
    rsaKey(),
  ]);
  return {
    authority: writePair(directory, 'ca', authority),
    serving: writePair(directory, 'apiserver', serving),
    proxyAuthority: writePair(directory, 'front-proxy-ca', proxyAuthority),
    proxyClient: writePair(directory, 'front-proxy-client', proxyClient),
    serviceAccountKeyFile: writeSecret(directory, 'service-accounts.key', serviceAccountKey),
  };
}

/** A client certificate that makes its holder that user, as a member of those groups. */
export function issueClient(authority: PairFiles, { user, groups = [] }: Identity): Promise<CertificatePair> {
  return issueCertificate(
    {
      certificate: readFileSync(authority.certificateFile, 'utf8'),
      key: readFileSync(authority.keyFile, 'utf8'),
    },
    { commonName: user, organizations: groups, usages: ['client'], notBefore: anHourAgo(), days: DAYS },
  );
}

/** Writes them as `NAME.crt` and `NAME.key`, readable by their owner alone. */
export function writePair(directory: string, name: string, { certificate, key }: CertificatePair): PairFiles {
  return {
    certificateFile: writeSecret(directory, `${name}.crt`, certificate),
    keyFile: writeSecret(directory, `${name}.key`, key),
  };
}

function writeSecret(directory: string, name: string, content: string): string {
  const file = join(directory, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

async function rsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return privateKey;
}

function anHourAgo(): Date {
  return new Date(Date.now() - 3_600_000);
}
