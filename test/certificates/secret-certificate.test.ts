import { X509Certificate } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SecretCertificate } from '../../src/certificates/index.ts';
import { ApiClient } from '../../src/cluster/index.ts';
import { createLogger } from '../../src/telemetry/index.ts';
import { type CertificatePair, issueAuthority, issueCertificate, lifeOf } from '../../src/tls/index.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { plainConnection } from '../cluster-client/http-server.ts';
import { SecretServer } from './secret-server.ts';

let first: CertificatePair;
let second: CertificatePair;
let server: SecretServer;
let client: ApiClient;
let certificate: SecretCertificate;
let lines: { readonly level: string; readonly msg: string }[];
let served: CertificatePair[];

beforeAll(async () => {
  const life = { notBefore: new Date(), days: 2 };
  const authority = await issueAuthority({ commonName: 'ca', ...life });
  const issue = () =>
    issueCertificate(authority, { commonName: 'a', usages: ['server'], dnsNames: ['a'], ...life });
  [first, second] = [await issue(), await issue()];
});
beforeEach(async () => {
  server = new SecretServer('tls');
  await server.http.start();
  client = new ApiClient({ connection: plainConnection(server.http), userAgent: 'test' });
  lines = [];
  served = [];
  const logger = await createLogger({
    format: 'json',
    stream: { write: (line) => void lines.push(JSON.parse(line)) },
  });
  certificate = new SecretCertificate({ namespace: 'ns', name: 'tls', client, logger });
  certificate.onChange((pair) => served.push(pair));
});
afterEach(async () => {
  await certificate.close();
  client.close();
  await server.http.stop();
});

const files = (pair: CertificatePair) => ({ 'tls.crt': pair.certificate, 'tls.key': pair.key });
const said = (level: string) => lines.filter((line) => line.level === level).map(({ msg }) => msg);
const serves = (pair: CertificatePair) => eventually(() => certificate.current?.key === pair.key);

describe('SecretCertificate', () => {
  it('waits for the Secret, and says for what', async () => {
    expect(certificate.waiting).toBe('the Secret ns/tls has not been read yet');
    certificate.start();
    await eventually(() => certificate.waiting === 'there is no Secret ns/tls');
    expect([certificate.current, certificate.life]).toEqual([undefined, undefined]);
    // the watch has to be open, or what follows is in the list
    await eventually(() => server.selectors.length === 2);
    server.put(files(first));
    await serves(first);
    expect(served).toEqual([first]);
    expect(certificate.waiting).toBeUndefined();
    expect(certificate.life).toEqual(lifeOf(new X509Certificate(first.certificate)));
    expect(said('warn')).toEqual(['There is no certificate to serve with yet: there is no Secret ns/tls.']);
  });

  it('asks for that Secret alone', async () => {
    certificate.start();
    await eventually(() => server.selectors.length === 2);
    expect(server.selectors).toEqual(['metadata.name=tls', 'metadata.name=tls']);
  });

  it('serves each new pair once', async () => {
    server.put(files(first));
    certificate.start();
    await serves(first);
    await eventually(() => server.selectors.length === 2);
    server.put({ ...files(first), 'ca.crt': 'of no importance here' });
    server.put(files(second));
    await serves(second);
    expect(served).toEqual([first, second]);
  });

  it.each([
    ['half a pair', { 'tls.crt': 'x' }, 'the Secret ns/tls has no tls.key'],
    [
      'no PEM',
      { 'tls.crt': 'x', 'tls.key': 'y' },
      'the Secret ns/tls cannot be used: tls.crt is not a PEM certificate',
    ],
    [
      'two halves',
      () => ({ 'tls.crt': first.certificate, 'tls.key': second.key }),
      'the Secret ns/tls cannot be used: tls.key does not belong to tls.crt',
    ],
    ['nothing any more', undefined, 'there is no Secret ns/tls'],
  ])('keeps the last good pair when there is %s', async (_what, damage, words) => {
    server.put(files(first));
    certificate.start();
    await serves(first);
    await eventually(() => server.selectors.length === 2);
    if (damage === undefined) server.remove();
    else server.put(typeof damage === 'function' ? damage() : damage);
    await eventually(() => said('error').length === 1);
    expect(said('error')).toEqual([`The serving certificate stays as it is: ${words}.`]);
    expect([certificate.current, certificate.waiting]).toEqual([first, undefined]);
    server.put(files(second));
    await serves(second);
  });
});
