import { renewAt } from '../tls/index.ts';
import { distinct, expectedBundle, isComplete, providedBundle } from './bundle.ts';
import { authorityReason, leafReason, type Reason } from './reason.ts';
import type { RotationSettings } from './settings.ts';
import {
  type Authority,
  type Bundle,
  type CertificateFacts,
  isFault,
  type Observation,
  type Registration,
  type StoredAuthority,
  type TrustedCertificate,
} from './state.ts';

/** One write, or none. Each leaves everything in a state from which any process can go on. */
export type Step =
  | {
      readonly kind: 'IssueAuthority';
      readonly reason: Reason;
      /** Goes on being trusted, until then. */
      readonly previous: readonly TrustedCertificate[];
      readonly previousUntil: number;
      /** There was something before that should not have vanished. */
      readonly mends: boolean;
    }
  | {
      readonly kind: 'IssueServing';
      readonly reason: Reason;
      readonly authority: Authority;
      readonly mends: boolean;
    }
  | {
      readonly kind: 'WriteBundle';
      readonly registration: Registration;
      readonly bundle: readonly TrustedCertificate[];
      /** What somebody did to it; undefined in the course of things. */
      readonly damage: BundleDamage | undefined;
    }
  | {
      readonly kind: 'RetireAuthorities';
      readonly authority: Authority;
      readonly retired: readonly TrustedCertificate[];
    }
  /** Nothing before `at`, in milliseconds since the epoch; `untrusted` while a new authority gets around. */
  | {
      readonly kind: 'Rest';
      readonly at: number;
      readonly why: 'settled' | 'untrusted' | 'nothing-provided';
    };

/** `foreign`: it holds what nobody here can have put there; `emptied` and `changed`: it was complete before. */
export type BundleDamage = 'foreign' | 'emptied' | 'changed';

/** What a process remembers of what it saw. */
export interface Memory {
  /** For how long every `caBundle` has held that authority whenever this process looked, by a clock that never jumps. */
  trustedMs(authority: TrustedCertificate): number;
  /** Has this process seen the registration hold exactly these before? */
  wasComplete(registration: Registration, bundle: readonly TrustedCertificate[]): boolean;
}

/** Authorities that are gone and still trusted, at most: two changes of authority can overlap only when somebody causes one. */
const mostPrevious = 3;

/**
 * Decides on the next step, by the API server's clock `now`, as it is the API server that verifies. The order is what makes it safe:
 * a certificate is stored for serving only once its authority has been trusted everywhere for a while, and an authority is trusted until
 * nothing that it signed can be valid any more. Which replica serves what need not be known for that.
 */
export function nextStep(
  observation: Observation,
  memory: Memory,
  settings: RotationSettings,
  now: number,
): Step {
  const { authority: stored } = observation;
  if (stored === undefined) return providedStep(observation, memory, now);
  const { authority } = stored;
  if (isFault(authority)) return issueAuthority(observation, stored, settings, now);
  const { trusted } = authority;
  const reason = leafReason(observation.serving.leaf, trusted, stored.previous, now);
  const signed = reason === undefined || reason.code === 'ageing' || reason.code === 'names';
  const change = authorityStep(observation, stored, authority, signed, settings, now);
  if (change !== undefined) return change;
  const waits = !signed && othersServe(observation, stored, now);
  const mends = reason !== undefined && isMending(reason, observation, stored);
  if (reason !== undefined && !waits) return { kind: 'IssueServing', reason, authority, mends };
  const bundle = expectedBundle(trusted, stored.previous, now);
  const write = writeBundle(observation, memory, bundle);
  if (write !== undefined) return write;
  if (reason !== undefined) {
    const left = settings.trustDelayMs - memory.trustedMs(trusted);
    if (left > 0) return { kind: 'Rest', at: now + left, why: 'untrusted' };
    return { kind: 'IssueServing', reason, authority, mends };
  }
  return retire(observation, stored, authority, now);
}

/** Once it has signed what is served, an authority that ages is replaced; one that is not valid at all is replaced in any case. */
function authorityStep(
  observation: Observation,
  stored: StoredAuthority,
  authority: Authority,
  signed: boolean,
  settings: RotationSettings,
  now: number,
): Step | undefined {
  const reason = authorityReason(authority, now);
  if (reason === undefined || (reason.code === 'ageing' && !signed)) return undefined;
  if (reason.code !== 'ageing' || isFresh(observation, now)) {
    return issueAuthority(observation, stored, settings, now);
  }
  return { kind: 'IssueServing', reason: beforeChange, authority, mends: false };
}

const beforeChange: Reason = { code: 'ageing', message: 'the authority is about to be replaced' };

/** Once its authority has a successor there is no other certificate before the successor is trusted: most of its life should be left. */
function isFresh({ serving: { leaf } }: Observation, now: number): boolean {
  if (isFault(leaf)) return false;
  const left = leaf.notAfter - renewAt(leaf);
  return now + 2 * left <= leaf.notAfter;
}

/** Is there a certificate in use that would not be trusted any more if all replicas changed at once? */
function othersServe(
  { serving: { leaf } }: Observation,
  { previous }: StoredAuthority,
  now: number,
): boolean {
  const trusted = previous.filter((each) => isValid(each, now));
  return isFault(leaf)
    ? trusted.length > 0
    : isValid(leaf, now) && trusted.some((authority) => leaf.signedBy(authority));
}

/** Was it there before, or signed by somebody else? A change of authority is the course of things. */
function isMending(
  { code }: Reason,
  { registrations, serving: { leaf } }: Observation,
  { authority, previous }: StoredAuthority,
): boolean {
  if (code === 'missing') return !isFault(authority) && isKnown(registrations, authority.trusted);
  if (code === 'untrusted') return !isFault(leaf) && !previous.some((each) => leaf.signedBy(each));
  return code === 'broken' || code === 'not-yet-valid';
}

function issueAuthority(
  observation: Observation,
  stored: StoredAuthority,
  settings: RotationSettings,
  now: number,
): Step {
  const reason = authorityReason(stored.authority, now) ?? { code: 'missing', message: '' };
  const lost = isFault(stored.authority);
  const previous = distinct([
    ...(isFault(stored.authority) ? [] : [stored.authority.trusted]),
    ...stored.previous,
    ...(lost ? trustedElsewhere(observation) : []),
  ]).filter((each) => isValid(each, now));
  // another process may be about to store a certificate of the authority before, which lives as long as any
  const previousUntil = now + settings.servingLifetimeMs + settings.trustDelayMs;
  return {
    kind: 'IssueAuthority',
    reason,
    previous: previous.slice(0, mostPrevious),
    previousUntil: Math.max(previousUntil, leafEnd(observation)),
    mends: reason.code === 'broken' || (lost && previous.length > 0),
  };
}

/** Where an authority left its traces: beside what it signed, and where it is trusted. */
function trustedElsewhere({ serving, registrations }: Observation): readonly TrustedCertificate[] {
  const bundles = registrations.flatMap((registration) => registration.bundles);
  return [...serving.authorities, ...bundles.flatMap(({ certificates }) => certificates)].filter(
    ({ own }) => own,
  );
}

function leafEnd({ serving: { leaf } }: Observation): number {
  return isFault(leaf) ? 0 : leaf.notAfter;
}

function writeBundle(
  { registrations, authority }: Observation,
  memory: Memory,
  bundle: readonly TrustedCertificate[],
): Step | undefined {
  const registration = registrations.find((each) => !isComplete(each, bundle));
  if (registration === undefined) return undefined;
  const foreign = authority !== undefined && registration.bundles.some(isForeign);
  const known = memory.wasComplete(registration, bundle);
  const empty = registration.bundles.some(({ certificates }) => certificates.length === 0);
  const damage = foreign ? 'foreign' : known ? (empty ? 'emptied' : 'changed') : undefined;
  return { kind: 'WriteBundle', registration, bundle, damage };
}

/** Does it hold what nobody here can have put there? */
function isForeign({ broken, certificates }: Bundle): boolean {
  return broken || certificates.some(({ own }) => !own);
}

/** Takes out the authorities of which nothing can be valid any more; otherwise there is nothing to do until something ages. */
function retire(
  { serving: { leaf } }: Observation,
  { previous, previousUntil }: StoredAuthority,
  authority: Authority,
  now: number,
): Step {
  const last = Math.max(...previous.map(({ notAfter }) => notAfter));
  const until = Math.min(previousUntil ?? last, last);
  if (previous.length > 0 && now >= until) {
    return { kind: 'RetireAuthorities', authority, retired: previous };
  }
  const due = [renewAt(authority.trusted), ...(isFault(leaf) ? [] : [renewAt(leaf)])];
  return { kind: 'Rest', at: Math.min(...due, ...(previous.length > 0 ? [until] : [])), why: 'settled' };
}

function providedStep(observation: Observation, memory: Memory, now: number): Step {
  const bundle = providedBundle(observation.serving);
  const rest = { kind: 'Rest', at: Number.POSITIVE_INFINITY } as const;
  if (bundle.length === 0) return { ...rest, why: 'nothing-provided' };
  const due = bundle.map(({ notAfter }) => notAfter).filter((end) => end > now);
  return writeBundle(observation, memory, bundle) ?? { ...rest, at: Math.min(...due), why: 'settled' };
}

/** Somebody trusts the authority already, so a certificate of it has been here before. */
function isKnown(registrations: readonly Registration[], authority: TrustedCertificate): boolean {
  return registrations.some(({ bundles }) =>
    bundles.some(({ certificates }) => certificates.some(({ id }) => id === authority.id)),
  );
}

function isValid({ notBefore, notAfter }: CertificateFacts, now: number): boolean {
  return now >= notBefore && now < notAfter;
}
