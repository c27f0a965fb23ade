import { asObject, asText, type JsonObject } from './json.ts';
import { microTime } from './micro-time.ts';

/** Where a Lease lives. */
export interface LeaseLocation {
  readonly namespace: string;
  readonly name: string;
}

/** Who holds a Lease, and for how long at a time. */
export interface LeaseTerms {
  readonly identity: string;
  readonly durationMs: number;
}

/** What a Lease says; malformed fields count as absent. */
export interface LeaseRecord {
  /** Absent when nobody holds it: never held, or released. */
  readonly holder: string | undefined;
  readonly durationMs: number | undefined;
  readonly acquireTime: string | undefined;
  /** How often it went from one holder to another. */
  readonly transitions: number;
}

export function leaseRecord(lease: JsonObject): LeaseRecord {
  const spec = asObject(lease['spec']);
  const seconds = spec['leaseDurationSeconds'];
  const transitions = spec['leaseTransitions'];
  return {
    holder: asText(spec['holderIdentity']),
    durationMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : undefined,
    acquireTime: asText(spec['acquireTime']),
    transitions: typeof transitions === 'number' ? transitions : 0,
  };
}

/** A Lease that nobody has made yet. */
export function newLease({ namespace, name }: LeaseLocation, terms: LeaseTerms, now: number): JsonObject {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { namespace, name },
    spec: { ...heldSpec(terms, now), acquireTime: microTime(now), leaseTransitions: 0 },
  };
}

/** The Lease as its holder renews it, or as a new holder takes it. The rest of the object stays as it is. */
export function heldLease(lease: JsonObject, terms: LeaseTerms, now: number): JsonObject {
  const { holder, acquireTime, transitions } = leaseRecord(lease);
  const renewed = holder === terms.identity;
  const spec = {
    ...asObject(lease['spec']),
    ...heldSpec(terms, now),
    acquireTime: (renewed ? acquireTime : undefined) ?? microTime(now),
    leaseTransitions: renewed ? transitions : transitions + 1,
  };
  return { ...lease, spec };
}

/** The Lease as its holder gives it back: without a holder, and short for those who wait for it to expire. */
export function releasedLease(lease: JsonObject, now: number): JsonObject {
  const time = microTime(now);
  const released = { holderIdentity: '', leaseDurationSeconds: 1, acquireTime: time, renewTime: time };
  return { ...lease, spec: { ...asObject(lease['spec']), ...released } };
}

function heldSpec({ identity, durationMs }: LeaseTerms, now: number) {
  return {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(durationMs / 1_000),
    renewTime: microTime(now),
  };
}
