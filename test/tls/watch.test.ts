import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type CertificatePair,
  CertificateWatch,
  certificateDirectory,
  issueAuthority,
  issueCertificate,
  lifeOf,
  providedCertificate,
  servingCertificate,
} from '../../src/tls/index.ts';
import { type Workplace, workplace } from './workplace.ts';

const DAY_MS = 86_400_000;
const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };

let authority: CertificatePair;
let first: CertificatePair;
let second: CertificatePair;

beforeAll(async () => {
  const life = { notBefore: new Date(), days: 2 };
  authority = await issueAuthority({ commonName: 'ca', ...life });
  const issue = () => issueCertificate(authority, { commonName: 'a', usages: ['server'], ...names, ...life });
  first = await issue();
  second = await issue();
});

let place: Workplace;
let server: Server;
let watch: CertificateWatch;

beforeEach(async () => {
  place = await workplace();
});
afterEach(async () => {
  watch.close();
  if (server.listening) {
    server.close();
    await once(server, 'close');
  }
  await place.remove();
});

const write = async ({ certificate, key }: CertificatePair) => {
  await writeFile(join(place.directory, 'tls.crt'), certificate);
  await writeFile(join(place.directory, 'tls.key'), key);
};

async function serveHttps(started: CertificateWatch): Promise<void> {
  watch = started;
  const { certificate, key } = watch.current;
  server = createServer({ cert: certificate, key }, (_request, response) => response.end('ok'));
  watch.onChange((pair) => server.setSecureContext({ cert: pair.certificate, key: pair.key }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** The serial number that a new client is shown, having verified the certificate. */
async function shown(ca: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  const asked = request({ host: 'localhost', family: 4, port, ca, agent: false });
  asked.end();
  const [response] = await once(asked, 'response');
  const serial = (response.socket as TLSSocket).getPeerCertificate().serialNumber;
  response.resume();
  await once(response, 'end');
  return serial;
}

const serial = ({ certificate }: CertificatePair) => new X509Certificate(certificate).serialNumber;

describe('CertificateWatch on a directory that somebody else looks after', () => {
  const startProvided = async (intervalMs?: number) => {
    await write(first);
    const source = () => providedCertificate(place.directory);
    const options = { source, logger: place.logger, ...(intervalMs === undefined ? {} : { intervalMs }) };
    await serveHttps(await CertificateWatch.start(options));
  };

  it('serves a new pair to new connections without a restart', async () => {
    await startProvided();
    expect(await shown(authority.certificate)).toBe(serial(first));
    await write(second);
    await watch.check();
    expect(await shown(authority.certificate)).toBe(serial(second));
    expect(watch.life).toEqual(lifeOf(new X509Certificate(second.certificate)));
    expect(place.lines.map(({ level }) => level)).toEqual(['info']);
  });

  it('looks by itself', async () => {
    await startProvided(10);
    const changed = new Promise<CertificatePair>((resolve) => {
      watch.onChange(resolve);
    });
    await write(second);
    expect(await changed).toEqual(second);
    expect(await shown(authority.certificate)).toBe(serial(second));
  });

  it('says nothing when nothing changed', async () => {
    await startProvided();
    const pairs: CertificatePair[] = [];
    watch.onChange((pair) => pairs.push(pair));
    await watch.check();
    expect([pairs, place.lines]).toEqual([[], []]);
  });

  it.each([
    [
      'a mismatched pair',
      () => ({ certificate: second.certificate, key: first.key }),
      'tls.key does not belong',
    ],
    ['half a certificate', () => ({ ...second, certificate: second.certificate.slice(0, 400) }), 'not a PEM'],
    ['an empty key', () => ({ ...second, key: '' }), 'tls.key is not'],
  ])('keeps the old pair when given %s, says so once, and recovers', async (_what, broken, words) => {
    await startProvided();
    await write(broken());
    await watch.check();
    await watch.check();
    expect(await shown(authority.certificate)).toBe(serial(first));
    expect(place.lines).toHaveLength(1);
    expect(place.lines[0]).toMatchObject({ level: 'error', msg: expect.stringContaining(words) });
    await write(second);
    await watch.check();
    expect(await shown(authority.certificate)).toBe(serial(second));
  });

  it('keeps the old pair when the files vanish', async () => {
    await startProvided();
    await rm(join(place.directory, 'tls.crt'));
    await watch.check();
    expect(watch.current).toEqual(first);
    expect(place.lines).toMatchObject([{ level: 'error', err: { code: 'missing' } }]);
  });

  it('does not start without a pair', async () => {
    const source = () => providedCertificate(join(place.directory, 'absent'));
    await expect(CertificateWatch.start({ source, logger: place.logger })).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringMatching(/^There is no tls.crt in .*absent; /),
    });
  });
});

describe("CertificateWatch on the server's own directory", () => {
  it('renews in time and serves the renewed certificate', async () => {
    let now = new Date();
    const options = {
      store: certificateDirectory(place.directory),
      names,
      now: () => now,
      logger: place.logger,
    };
    const source = async () => (await servingCertificate(options)).serving;
    await serveHttps(await CertificateWatch.start({ source, logger: place.logger }));
    const { authority: own, serving } = await servingCertificate(options);
    expect(await shown(own.certificate)).toBe(serial(serving));
    now = new Date(now.getTime() + 61 * DAY_MS);
    await watch.check();
    expect(serial(watch.current)).not.toBe(serial(serving));
    expect(server.listening).toBe(true);
  });
});
