import type { CertificatePair, Life } from '../tls/index.ts';

/** A certificate, as far as it is looked at; times in milliseconds since the epoch. */
export interface CertificateFacts extends Life {
  /** Its SHA-256 fingerprint: no two certificates have the same. */
  readonly id: string;
}

/** The certificate of an authority, without its key. */
export interface TrustedCertificate extends CertificateFacts {
  readonly pem: string;
  /** Issued by this project, by what it calls itself. */
  readonly own: boolean;
}

/** An authority that can sign. */
export interface Authority {
  readonly trusted: TrustedCertificate;
  readonly pair: CertificatePair;
}

/** A serving certificate that belongs to its key. */
export interface Leaf extends CertificateFacts {
  /** Names that it should have and does not. */
  readonly lackingNames: readonly string[];
  signedBy(authority: TrustedCertificate): boolean;
}

/** Why something stored is of no use; `missing` is all that there is of what is not there. */
export interface Fault {
  readonly code: 'missing' | 'broken';
  /** What was seen, without a full stop. */
  readonly message: string;
}

/** Undefined `version`: there is no such object. */
interface Stored {
  readonly version: string | undefined;
  readonly uid: string | undefined;
}

/** The authority's Secret. */
export interface StoredAuthority extends Stored {
  readonly authority: Authority | Fault;
  /** Authorities that are gone, and may have signed what is still served. Their keys are gone, too. */
  readonly previous: readonly TrustedCertificate[];
  /** When nothing that they signed is valid any more; undefined when nobody knows. */
  readonly previousUntil: number | undefined;
}

/** The serving certificate's Secret. */
export interface StoredServing extends Stored {
  readonly leaf: Leaf | Fault;
  /** What `ca.crt` holds. */
  readonly authorities: readonly TrustedCertificate[];
}

/** The `caBundle` of a webhook. */
export interface Bundle {
  /** Name of the webhook. */
  readonly webhook: string;
  readonly certificates: readonly TrustedCertificate[];
  /** Something in it is no certificate. */
  readonly broken: boolean;
}

export type RegistrationKind = 'MutatingWebhookConfiguration' | 'ValidatingWebhookConfiguration';

/** A webhook configuration that exists. */
export interface Registration {
  readonly kind: RegistrationKind;
  readonly version: string;
  readonly uid: string | undefined;
  readonly bundles: readonly Bundle[];
}

/** All that is decided by, read in this order: what trusts, what is trusted, and last who decides on both. */
export interface Observation {
  readonly registrations: readonly Registration[];
  readonly serving: StoredServing;
  /** Undefined when somebody else issues certificates. */
  readonly authority: StoredAuthority | undefined;
}

export function isFault<T extends object>(value: T | Fault): value is Fault {
  return 'code' in value;
}
