import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type CertificatePair, issueAuthority, issueCertificate } from '../../src/tls/index.ts';

const run = promisify(execFile);
const notBefore = new Date('2026-03-01T12:00:00Z');
const now = new Date();

let authority: CertificatePair;
let leaf: CertificatePair;

beforeAll(async () => {
  authority = await issueAuthority({ commonName: 'Prüfstelle', notBefore: now, days: 30 });
  leaf = await issueCertificate(authority, {
    commonName: 'system:node:ü@example',
    organizations: ['system:masters', 'people'],
    dnsNames: ['localhost', 'imagestreams.imagestreams.svc'],
    ipAddresses: ['127.0.0.1', '::1'],
    usages: ['server', 'client'],
    notBefore: now,
    days: 7,
  });
});

describe('an issued certificate', () => {
  it('is signed by its authority', () => {
    const [ca, certificate] = [
      new X509Certificate(authority.certificate),
      new X509Certificate(leaf.certificate),
    ];
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect([ca.ca, certificate.ca]).toEqual([true, false]);
  });

  it('belongs to its key, which is PKCS#8', () => {
    expect(leaf.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(new X509Certificate(leaf.certificate).checkPrivateKey(createPrivateKey(leaf.key))).toBe(true);
  });

  it('names user and groups in one subject', () => {
    expect(new X509Certificate(leaf.certificate).subject.split('\n')).toEqual([
      'O=system:masters',
      'O=people',
      'CN=system:node:ü@example',
    ]);
  });

  it.each(['localhost', 'imagestreams.imagestreams.svc'])('answers to the host %s', (name) => {
    expect(new X509Certificate(leaf.certificate).checkHost(name)).toBe(name);
  });

  it.each(['127.0.0.1', '::1'])('answers to the address %s', (address) => {
    expect(new X509Certificate(leaf.certificate).checkIP(address)).toBeDefined();
  });

  it('has a positive serial number of 128 bits', () => {
    const serials = [authority, leaf].map(({ certificate }) => new X509Certificate(certificate).serialNumber);
    expect(new Set(serials).size).toBe(2);
    for (const serial of serials) {
      expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
    }
  });

  it('is backdated by a day, lasts the days asked for, and never outlives its authority', async () => {
    const ca = await issueAuthority({ commonName: 'ca', notBefore, days: 10 });
    const request = { commonName: 'a', usages: ['client'], notBefore } as const;
    const short = new X509Certificate((await issueCertificate(ca, { ...request, days: 3 })).certificate);
    const long = new X509Certificate((await issueCertificate(ca, { ...request, days: 300 })).certificate);
    expect(short.validFromDate).toEqual(new Date('2026-02-28T12:00:00Z'));
    expect(short.validToDate).toEqual(new Date('2026-03-04T12:00:00Z'));
    expect(long.validToDate).toEqual(new Date('2026-03-11T12:00:00Z'));
  });
});

describe('verifiers', () => {
  it('Node accepts it on both sides of a mutual handshake', async () => {
    const server = tls.createServer({
      cert: leaf.certificate,
      key: leaf.key,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = tls.connect({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      ca: authority.certificate,
      cert: leaf.certificate,
      key: leaf.key,
    });
    const [[peer]] = await Promise.all([once(server, 'secureConnection'), once(socket, 'secureConnect')]);
    expect([socket.authorized, (peer as tls.TLSSocket).authorized]).toEqual([true, true]);
    socket.destroy();
    server.close();
    await once(server, 'close');
  });

  it.each([
    ['as a server under its name', ['-purpose', 'sslserver', '-verify_hostname', 'localhost']],
    ['as a server under its address', ['-purpose', 'sslserver', '-verify_ip', '::1']],
    ['as a client', ['-purpose', 'sslclient']],
  ])('openssl accepts it strictly %s', async (_use, args) => {
    const directory = await mkdtemp(join(tmpdir(), 'tls-'));
    const [ca, certificate] = [join(directory, 'ca.crt'), join(directory, 'tls.crt')];
    await Promise.all([writeFile(ca, authority.certificate), writeFile(certificate, leaf.certificate)]);
    try {
      const { stdout } = await run('openssl', [
        'verify',
        '-x509_strict',
        ...args,
        '-CAfile',
        ca,
        certificate,
      ]);
      expect(stdout.trim()).toBe(`${certificate}: OK`);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it.each([
    ['server', '1.3.6.1.5.5.7.3.1'],
    ['client', '1.3.6.1.5.5.7.3.2'],
  ] as const)('a certificate for a %s says so and nothing else', async (usage, oid) => {
    const request = { commonName: 'a', usages: [usage], notBefore: now, days: 1 };
    const { certificate } = await issueCertificate(authority, request);
    expect(new X509Certificate(certificate).keyUsage).toEqual([oid]);
  });
});
