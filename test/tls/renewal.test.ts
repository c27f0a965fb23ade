import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CertificateFiles,
  type CertificatePair,
  decideRenewal,
  issueAuthority,
  issueCertificate,
} from '../../src/tls/index.ts';

const DAY_MS = 86_400_000;
const notBefore = new Date('2026-03-01T12:00:00Z');
const names = { dnsNames: ['localhost', 'a.example'], ipAddresses: ['127.0.0.1', '::1'] };
const daysLater = (days: number) => new Date(notBefore.getTime() + days * DAY_MS);

let authority: CertificatePair;
let stranger: CertificatePair;
let serving: CertificatePair;
let good: Required<CertificateFiles>;

beforeAll(async () => {
  const request = { commonName: 'ca', notBefore, days: 900 };
  authority = await issueAuthority(request);
  stranger = await issueAuthority(request);
  serving = await issueCertificate(authority, {
    ...names,
    commonName: 'a',
    usages: ['server'],
    notBefore,
    days: 90,
  });
  good = {
    'ca.crt': authority.certificate,
    'ca.key': authority.key,
    'tls.crt': serving.certificate,
    'tls.key': serving.key,
  };
});

const without = (file: keyof CertificateFiles): CertificateFiles => {
  const { [file]: _gone, ...rest } = good;
  return rest;
};

describe('decideRenewal', () => {
  it('keeps a good set', () => {
    expect(decideRenewal(good, names, notBefore)).toEqual({ action: 'keep', set: { authority, serving } });
  });

  it.each([
    ['nothing', () => ({}), 'renew-all', 'missing', 'ca.crt is missing'],
    ['no ca.key', () => without('ca.key'), 'renew-all', 'missing', 'ca.key is missing'],
    ['no tls.crt', () => without('tls.crt'), 'renew-leaf', 'missing', 'tls.crt is missing'],
    ['no tls.key', () => without('tls.key'), 'renew-leaf', 'missing', 'tls.key is missing'],
    [
      'an empty ca.crt',
      () => ({ ...good, 'ca.crt': '' }),
      'renew-all',
      'broken',
      'ca.crt is not a PEM certificate',
    ],
    [
      'half a ca.key',
      () => ({ ...good, 'ca.key': good['ca.key'].slice(0, 500) }),
      'renew-all',
      'broken',
      'ca.key is not an unencrypted PEM private key',
    ],
    [
      'half a tls.crt',
      () => ({ ...good, 'tls.crt': good['tls.crt'].slice(0, 500) }),
      'renew-leaf',
      'broken',
      'tls.crt is not a PEM certificate',
    ],
    [
      "another certificate's key",
      () => ({ ...good, 'tls.key': authority.key }),
      'renew-leaf',
      'broken',
      'tls.key does not belong to tls.crt',
    ],
    [
      'an authority that is none',
      () => ({ ...good, 'ca.crt': serving.certificate, 'ca.key': serving.key }),
      'renew-all',
      'broken',
      'ca.crt is not an authority',
    ],
    [
      'another authority of the same name',
      () => ({ ...good, 'ca.crt': stranger.certificate, 'ca.key': stranger.key }),
      'renew-leaf',
      'untrusted',
      'tls.crt is not signed by ca.crt',
    ],
  ] as const)('given %s', (_what, stored, action, code, message) => {
    expect(decideRenewal(stored(), names, notBefore)).toMatchObject({ action, reason: { code, message } });
  });

  it.each([
    ['before its time', -2, 'renew-all', 'not-yet-valid'],
    ['shortly before two thirds of the life', 59, 'keep', undefined],
    ['after two thirds of the life', 60, 'renew-leaf', 'ageing'],
    ['after the end', 90, 'renew-leaf', 'expired'],
    ["after two thirds of the authority's life", 600, 'renew-all', 'ageing'],
    ["after the authority's end", 900, 'renew-all', 'expired'],
  ])('%s', (_when, days, action, code) => {
    const renewal = decideRenewal(good, names, daysLater(days));
    expect([renewal.action, 'reason' in renewal ? renewal.reason.code : undefined]).toEqual([action, code]);
  });

  it.each([
    ['fewer names', { dnsNames: ['a.example'] }, undefined],
    ['a name in capitals', { dnsNames: ['LocalHost'] }, undefined],
    ['an address written at length', { ipAddresses: ['0:0:0:0:0:0:0:1'] }, undefined],
    ['another name', { dnsNames: ['localhost', 'b.example'] }, 'tls.crt does not name b.example'],
    [
      'other names and addresses',
      { dnsNames: ['b.example'], ipAddresses: ['10.0.0.1'] },
      'tls.crt does not name b.example, 10.0.0.1',
    ],
    ['only the common name', { dnsNames: ['a'] }, 'tls.crt does not name a'],
  ])('asked for %s', (_what, wanted, message) => {
    const renewal = decideRenewal(good, wanted, notBefore);
    expect('reason' in renewal ? renewal.reason : undefined).toEqual(message && { code: 'names', message });
  });
});
