import type { JsonObject } from '../cluster/index.ts';
import type { CertificatePair } from '../tls/index.ts';

/** The texts of a Secret's `data`; what is no string is left out. */
export function texts(secret: JsonObject | undefined): Readonly<Record<string, string>> {
  const data = (secret?.['data'] ?? {}) as JsonObject;
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) =>
      typeof value === 'string' ? [[key, Buffer.from(value, 'base64').toString('utf8')]] : [],
    ),
  );
}

/** A certificate and its key among the texts of a Secret, as far as they are there. */
export function pairIn(
  data: Readonly<Record<string, string>>,
  keys: { readonly certificate: string; readonly key: string },
): Partial<CertificatePair> {
  const [certificate, key] = [data[keys.certificate], data[keys.key]];
  return {
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Keys of the serving certificate, as Secrets of type `kubernetes.io/tls` have them. */
export const servingKeys = { certificate: 'tls.crt', key: 'tls.key' } as const;

/** Keys of an authority. */
export const authorityKeys = { certificate: 'ca.crt', key: 'ca.key' } as const;
