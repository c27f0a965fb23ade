import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { ServerNames } from './certificate.ts';
import type { CertificatePair } from './pair.ts';

/** A pair that was read, or why it is of no use. */
export type Inspection = { readonly certificate: X509Certificate } | { readonly fault: string };

/** What the two texts of a pair are called in a fault. */
export interface PairNames {
  readonly certificate: string;
  readonly key: string;
}

/** Parses a pair and tries it out, so that a server that is handed it cannot fail on it. */
export function inspectPair(pair: CertificatePair, names: PairNames): Inspection {
  const certificate = attempt(() => new X509Certificate(pair.certificate));
  if (certificate === undefined) {
    return { fault: `${names.certificate} is not a PEM certificate` };
  }
  const key = attempt(() => createPrivateKey(pair.key));
  if (key === undefined) {
    return { fault: `${names.key} is not an unencrypted PEM private key` };
  }
  if (!certificate.checkPrivateKey(key)) {
    return { fault: `${names.key} does not belong to ${names.certificate}` };
  }
  const context = attempt(() => createSecureContext({ cert: pair.certificate, key: pair.key }));
  return context === undefined
    ? {
        fault: `${names.certificate} and ${names.key} are not accepted by OpenSSL (a weak key, or a broken chain)`,
      }
    : { certificate };
}

/** The wanted names that a certificate does not answer to. Clients never look for an address among the DNS names. */
export function uncoveredNames(certificate: X509Certificate, names: ServerNames): readonly string[] {
  const answersTo = (name: string) =>
    isIP(name) === 0 && certificate.checkHost(name, { subject: 'never' }) !== undefined;
  return [
    ...(names.dnsNames ?? []).filter((name) => !answersTo(name)),
    ...(names.ipAddresses ?? []).filter((address) => certificate.checkIP(address) === undefined),
  ];
}

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
