import { get } from 'node:https';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type CertificatePair,
  type CertificateRequest,
  HttpsServer,
  issueAuthority,
  issueCertificate,
  type RefusedClient,
} from '../../src/tls/index.ts';

const recently = new Date(Date.now() - 3_600_000);
const longAgo = new Date(Date.now() - 10 * 86_400_000);
const versions = ['TLSv1.2', 'TLSv1.3'] as const;

let trusted: CertificatePair;
let other: CertificatePair;
let serving: CertificatePair;
let server: HttpsServer;
let port = 0;
let refused: RefusedClient[];
/** The first of them, which may be told after its client knows. */
let first: PromiseWithResolvers<RefusedClient>;

beforeAll(async () => {
  [trusted, other] = await Promise.all([authority('trusted'), authority('other')]);
  serving = await issue(other, { ipAddresses: ['127.0.0.1'], usages: ['server'] });
});
beforeEach(() => {
  refused = [];
  first = Promise.withResolvers();
});
afterEach(() => server.close(0));

const authority = (commonName: string) => issueAuthority({ commonName, notBefore: longAgo, days: 30 });

function issue(by: CertificatePair, parts: Partial<CertificateRequest> = {}): Promise<CertificatePair> {
  const usual = { commonName: 'api-server', usages: ['client'], notBefore: recently, days: 1 } as const;
  return issueCertificate(by, { ...usual, ...parts });
}

async function serve(names: readonly string[] = []): Promise<void> {
  const clients = {
    authorities: trusted.certificate,
    names,
    onRefused: (client: RefusedClient) => {
      refused.push(client);
      first.resolve(client);
    },
  };
  server = new HttpsServer({
    listener: (_, response) => response.end('asked'),
    certificate: serving,
    keepAliveMs: 1_000,
    maxConnections: 10,
    clients,
  });
  port = await server.listen({ host: '127.0.0.1', port: 0 });
}

/** What a client is answered; `turned away` where its connection ends without an answer. */
function ask(pair?: CertificatePair, version: (typeof versions)[number] = 'TLSv1.3'): Promise<string> {
  const client = pair === undefined ? {} : { cert: pair.certificate, key: pair.key };
  const ca = other.certificate;
  const options = { host: '127.0.0.1', port, ca, ...client, agent: false, maxVersion: version } as const;
  return new Promise((resolve) => {
    const request = get(options, (response) => {
      response.setEncoding('utf8').once('data', resolve);
    });
    request.once('error', () => resolve('turned away'));
  });
}

const unverified = (code: string) =>
  `its certificate cannot be verified by the authorities that are trusted here (${code})`;

describe.each(versions)('a client of %s', (version) => {
  it('with a certificate of the authority is answered', async () => {
    await serve();
    expect(await ask(await issue(trusted), version)).toBe('asked');
    expect(refused).toEqual([]);
  });

  it.each<[string, () => Promise<CertificatePair | undefined>, string]>([
    ['without a certificate', () => Promise.resolve(undefined), 'it showed no certificate'],
    ['with one of another authority', () => issue(other), unverified('SELF_SIGNED_CERT_IN_CHAIN')],
    [
      'with one that has expired',
      () => issue(trusted, { notBefore: longAgo }),
      unverified('CERT_HAS_EXPIRED'),
    ],
    ['with one of a server', () => issue(trusted, { usages: ['server'] }), unverified('INVALID_PURPOSE')],
  ])('%s is turned away', async (_, pair, reason) => {
    await serve();
    expect(await ask(await pair(), version)).toBe('turned away');
    expect((await first.promise).reason).toBe(reason);
    expect(refused).toHaveLength(1);
  });

  it('is held to the names that are given', async () => {
    await serve(['api-server', 'api.example.com']);
    expect(await ask(await issue(trusted), version)).toBe('asked');
    const byDnsName = { commonName: 'any', dnsNames: ['x.example.com', 'api.example.com'] };
    expect(await ask(await issue(trusted, byDnsName), version)).toBe('asked');
    expect(refused).toEqual([]);
    const wrong = { commonName: 'api-server2', dnsNames: ['sub.api.example.com'] };
    expect(await ask(await issue(trusted, wrong), version)).toBe('turned away');
    expect(await first.promise).toEqual({
      address: '127.0.0.1',
      reason:
        'its certificate is for "api-server2", "sub.api.example.com", and only "api-server", "api.example.com" may ask',
    });
  });
});

describe('authorities', () => {
  it('are swapped from the next handshake on, and outlive a new certificate', async () => {
    await serve();
    server.useAuthorities(other.certificate);
    expect(await ask(await issue(trusted))).toBe('turned away');
    expect(await ask(await issue(other))).toBe('asked');
    server.useCertificate(await issue(other, { ipAddresses: ['127.0.0.1'], usages: ['server'] }));
    expect(await ask(await issue(trusted))).toBe('turned away');
    expect(await ask(await issue(other))).toBe('asked');
  });

  it('take no client before there is a certificate to serve with', async () => {
    server = new HttpsServer({
      listener: (_, response) => response.end('asked'),
      certificate: undefined,
      keepAliveMs: 1_000,
      maxConnections: 10,
      clients: { authorities: trusted.certificate, names: [], onRefused: () => undefined },
    });
    port = await server.listen({ host: '127.0.0.1', port: 0 });
    expect(await ask(await issue(trusted))).toBe('turned away');
    server.useAuthorities(other.certificate);
    server.useCertificate(serving);
    expect(await ask(await issue(trusted))).toBe('turned away');
    expect(await ask(await issue(other))).toBe('asked');
  });
});
