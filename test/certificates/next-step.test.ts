import { describe, expect, it } from '@jest/globals';
import { type Memory, nextStep } from '../../src/certificates/next-step.ts';
import type { RotationSettings } from '../../src/certificates/settings.ts';
import type {
  Authority,
  Fault,
  Leaf,
  Observation,
  Registration,
  TrustedCertificate,
} from '../../src/certificates/state.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = 1_800_000_000_000;

const settings: RotationSettings = {
  serving: { namespace: 'ns', name: 'tls' },
  authority: { namespace: 'ns', name: 'authority' },
  configuration: 'imagestreams',
  names: {},
  servingLifetimeMs: 90 * hour,
  authorityLifetimeMs: 900 * hour,
  trustDelayMs: hour,
};

/** Issued that many hours ago, to live so many. */
const life = (age: number, lives: number) => ({
  notBefore: now - age * hour - day,
  notAfter: now + (lives - age) * hour,
});
const ca = (id: string, age = 1, own = true): TrustedCertificate => ({ id, pem: id, own, ...life(age, 900) });
const signing = (trusted: TrustedCertificate): Authority => ({
  trusted,
  pair: { certificate: trusted.id, key: trusted.id },
});
const leafOf = (signer: string, age = 1, lackingNames: readonly string[] = []): Leaf => ({
  id: 'leaf',
  ...life(age, 90),
  lackingNames,
  signedBy: ({ id }) => id === signer,
});
const registration = (...bundles: readonly (readonly TrustedCertificate[])[]): Registration => ({
  kind: 'ValidatingWebhookConfiguration',
  version: '1',
  uid: 'u',
  bundles: bundles.map((certificates) => ({ webhook: 'w', certificates, broken: false })),
});
const missing: Fault = { code: 'missing', message: 'gone' };
const broken: Fault = { code: 'broken', message: 'not PEM' };
const [old, current] = [ca('old', 700), ca('current')];

interface Scene {
  readonly authority?: Authority | Fault;
  readonly previous?: readonly TrustedCertificate[];
  readonly previousUntil?: number;
  readonly leaf?: Leaf | Fault;
  readonly beside?: readonly TrustedCertificate[];
  readonly registrations?: readonly Registration[];
  readonly trustedMs?: number;
  readonly wasComplete?: boolean;
}

function decide(scene: Scene) {
  const { authority = signing(current), previous = [], previousUntil, leaf = leafOf('current') } = scene;
  const { beside = [current], registrations = [registration([current], [current])] } = scene;
  const observation: Observation = {
    registrations,
    serving: { version: '1', uid: 'u', leaf, authorities: beside },
    authority: { version: '1', uid: 'u', authority, previous, previousUntil },
  };
  const memory: Memory = {
    trustedMs: () => scene.trustedMs ?? 0,
    wasComplete: () => scene.wasComplete ?? false,
  };
  return nextStep(observation, memory, settings, now);
}

const both = registration([current, old], [old, current]);
const changing = { previous: [old], previousUntil: now + hour, registrations: [both] };

describe('nextStep', () => {
  it.each<[string, Scene, object]>([
    [
      'installs an authority first',
      { authority: missing, leaf: missing, beside: [], registrations: [registration([])] },
      { kind: 'IssueAuthority', previous: [], mends: false },
    ],
    [
      'then a certificate, for which nobody has to wait',
      { leaf: missing, registrations: [registration([])] },
      { kind: 'IssueServing', mends: false },
    ],
    [
      'then trust, in every webhook',
      { registrations: [registration([current], [])] },
      { kind: 'WriteBundle', bundle: [current], damage: undefined },
    ],
    ['then rests until the certificate ages', {}, { kind: 'Rest', why: 'settled', at: now + 59 * hour }],
    ['rests without any registration', { registrations: [] }, { kind: 'Rest', why: 'settled' }],
    [
      'renews a certificate after two thirds of its life',
      { leaf: leafOf('current', 60) },
      { kind: 'IssueServing', reason: { code: 'ageing' }, mends: false },
    ],
    [
      'makes one for other names',
      { leaf: leafOf('current', 1, ['b.example']) },
      { kind: 'IssueServing', reason: { code: 'names' }, mends: false },
    ],
    [
      'replaces an authority after two thirds of its life, and goes on trusting it',
      { authority: signing(ca('current', 600)) },
      {
        kind: 'IssueAuthority',
        reason: { code: 'ageing' },
        previous: [{ id: 'current' }],
        previousUntil: now + 91 * hour,
        mends: false,
      },
    ],
    [
      'renews a certificate before that, which has to last meanwhile',
      { authority: signing(ca('current', 600)), leaf: leafOf('current', 31) },
      { kind: 'IssueServing', authority: { trusted: { id: 'current' } }, mends: false },
    ],
    [
      'does not, as long as it has signed nothing yet',
      { ...changing, authority: signing(ca('current', 600)), leaf: leafOf('old') },
      { kind: 'Rest', why: 'untrusted' },
    ],
    [
      'trusts both',
      { ...changing, leaf: leafOf('old'), registrations: [registration([old])] },
      { kind: 'WriteBundle', bundle: [current, old] },
    ],
    [
      'waits until that has got around',
      { ...changing, leaf: leafOf('old'), trustedMs: hour - 1 },
      { kind: 'Rest', why: 'untrusted', at: now + 1 },
    ],
    [
      'and makes use of the new one',
      { ...changing, leaf: leafOf('old'), trustedMs: hour },
      { kind: 'IssueServing', reason: { code: 'untrusted' }, mends: false },
    ],
    [
      'trusts the old one until nothing of it is valid',
      { ...changing, previousUntil: now + 1 },
      { kind: 'Rest', why: 'settled', at: now + 1 },
    ],
    ['and no longer', { ...changing, previousUntil: now }, { kind: 'RetireAuthorities', retired: [old] }],
    [
      'by its own end when nobody knows',
      { previous: [ca('old', 890)], registrations: [registration([current, ca('old', 890)])] },
      { kind: 'Rest', at: now + 10 * hour },
    ],
  ])('%s', (_what, scene, step) => {
    expect(decide(scene)).toMatchObject(step);
  });
});

describe('nextStep after damage', () => {
  it.each<[string, Scene, object]>([
    [
      'finds a lost authority beside its certificate and in bundles, and trusts it on',
      { authority: missing, registrations: [registration([current, old])] },
      { kind: 'IssueAuthority', previous: [{ id: 'current' }, { id: 'old' }], mends: true },
    ],
    [
      'trusts nobody else that it finds there',
      { authority: missing, beside: [], registrations: [registration([ca('stranger', 1, false)])] },
      { kind: 'IssueAuthority', previous: [], mends: false },
    ],
    [
      'keeps three at most',
      { authority: missing, beside: ['a', 'b', 'c', 'd'].map((id) => ca(id)), registrations: [] },
      { kind: 'IssueAuthority', previous: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] },
    ],
    ['replaces a broken authority', { authority: broken }, { kind: 'IssueAuthority', mends: true }],
    [
      'does not trust one on that has expired',
      { authority: signing(ca('current', 901)) },
      { kind: 'IssueAuthority', reason: { code: 'expired' }, previous: [] },
    ],
    [
      'replaces one of the future',
      { authority: signing(ca('current', -48)) },
      { kind: 'IssueAuthority', reason: { code: 'not-yet-valid' }, previous: [] },
    ],
    ['replaces a certificate that is gone', { leaf: missing }, { kind: 'IssueServing', mends: true }],
    ['replaces a broken one', { leaf: broken }, { kind: 'IssueServing', mends: true }],
    [
      'replaces one of somebody else at once, since nobody trusts it',
      { ...changing, leaf: leafOf('stranger') },
      { kind: 'IssueServing', reason: { code: 'untrusted' }, mends: true },
    ],
    [
      'does not wait when the old certificate has expired',
      { ...changing, leaf: leafOf('old', 90) },
      { kind: 'IssueServing', reason: { code: 'expired' } },
    ],
    [
      'waits when the old certificate is gone and webhooks still have it',
      { ...changing, leaf: missing },
      { kind: 'Rest', why: 'untrusted' },
    ],
    [
      'fills an emptied bundle',
      { registrations: [registration([current], [])], wasComplete: true },
      { kind: 'WriteBundle', damage: 'emptied' },
    ],
    [
      'takes others out',
      { registrations: [registration([current, ca('stranger', 1, false)])] },
      { kind: 'WriteBundle', bundle: [current], damage: 'foreign' },
    ],
    [
      'puts back what was taken out',
      { ...changing, registrations: [registration([old])], wasComplete: true },
      { kind: 'WriteBundle', damage: 'changed' },
    ],
  ])('%s', (_what, scene, step) => {
    expect(decide(scene)).toMatchObject(step);
  });
});

describe('nextStep where somebody else issues certificates', () => {
  const provided = (beside: readonly TrustedCertificate[], ...registrations: readonly Registration[]) =>
    nextStep(
      {
        registrations,
        serving: { version: '1', uid: 'u', leaf: leafOf('theirs'), authorities: beside },
        authority: undefined,
      },
      { trustedMs: () => 0, wasComplete: () => false },
      settings,
      now,
    );
  const theirs = ca('theirs', 1, false);

  it('copies what came with the certificate', () => {
    expect(provided([theirs], registration([current]))).toMatchObject({
      kind: 'WriteBundle',
      bundle: [theirs],
      damage: undefined,
    });
  });

  it('rests when it is there', () => {
    expect(provided([theirs], registration([theirs]))).toMatchObject({ kind: 'Rest', why: 'settled' });
  });

  it('leaves bundles alone when nothing came with it', () => {
    expect(provided([], registration([current]))).toMatchObject({ kind: 'Rest', why: 'nothing-provided' });
  });
});
