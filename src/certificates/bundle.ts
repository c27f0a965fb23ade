import type { Registration, StoredServing, TrustedCertificate } from './state.ts';

/** What every `caBundle` should hold: the authority first, then those whose certificates may still be served. */
export function expectedBundle(
  authority: TrustedCertificate,
  previous: readonly TrustedCertificate[],
  now: number,
): readonly TrustedCertificate[] {
  return distinct([authority, ...previous.filter(({ notAfter }) => notAfter > now)]);
}

/** The same where somebody else issues certificates: what came with the serving certificate. */
export function providedBundle({ authorities }: StoredServing): readonly TrustedCertificate[] {
  return distinct(authorities);
}

/** Does every webhook of the registration trust these and nobody else? The order says nothing. */
export function isComplete({ bundles }: Registration, expected: readonly TrustedCertificate[]): boolean {
  return bundles.every(
    ({ certificates, broken }) =>
      !broken && certificates.length === expected.length && holdsAll(certificates, expected),
  );
}

/** Does every webhook of all registrations trust this one, whoever else it trusts? */
export function isTrusted(registrations: readonly Registration[], authority: TrustedCertificate): boolean {
  return registrations.every(({ bundles }) =>
    bundles.every(({ certificates, broken }) => !broken && holdsAll(certificates, [authority])),
  );
}

export function distinct(certificates: readonly TrustedCertificate[]): readonly TrustedCertificate[] {
  return [...new Map(certificates.map((each) => [each.id, each])).values()];
}

function holdsAll(bundle: readonly TrustedCertificate[], wanted: readonly TrustedCertificate[]): boolean {
  const ids = new Set(bundle.map(({ id }) => id));
  return wanted.every(({ id }) => ids.has(id));
}
