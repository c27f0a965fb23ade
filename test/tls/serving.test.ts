import { X509Certificate } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CertificateSet, certificateDirectory, servingCertificate } from '../../src/tls/index.ts';
import { type Workplace, workplace } from './workplace.ts';

const DAY_MS = 86_400_000;
const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] };
const start = new Date('2026-03-01T12:00:00Z');

let place: Workplace;
let path: string;

beforeEach(async () => {
  place = await workplace();
  path = join(place.directory, 'certs');
});
afterEach(() => place.remove());

const serve = (days = 0, wanted: Parameters<typeof servingCertificate>[0]['names'] = names) =>
  servingCertificate({
    store: certificateDirectory(path),
    names: wanted,
    now: () => new Date(start.getTime() + days * DAY_MS),
    logger: place.logger,
  });
const logged = () => place.lines.map(({ level, action, reason }) => [level, action, reason]);
const authorityOf = ({ authority }: CertificateSet) =>
  new X509Certificate(authority.certificate).serialNumber;
const servingOf = ({ serving }: CertificateSet) => new X509Certificate(serving.certificate).serialNumber;

describe('servingCertificate in a directory', () => {
  it('makes a set, with keys for their owner only and nothing left over', async () => {
    const set = await serve();
    const modes = await Promise.all(
      (await readdir(path)).sort().map(async (file) => {
        return [file, ((await stat(join(path, file))).mode & 0o777).toString(8)];
      }),
    );
    expect(modes).toEqual([
      ['ca.crt', '644'],
      ['ca.key', '600'],
      ['tls.crt', '644'],
      ['tls.key', '600'],
    ]);
    expect(await readFile(join(path, 'tls.crt'), 'utf8')).toBe(set.serving.certificate);
    expect(place.lines.map(({ msg }) => msg)).toEqual([
      `Made a new authority and serving certificate in ${path}: ca.crt is missing.`,
    ]);
  });

  it('keeps what is good, renews the certificate in time and the authority in its', async () => {
    const first = await serve();
    expect(await serve(59)).toEqual(first);
    const second = await serve(61);
    expect(authorityOf(second)).toBe(authorityOf(first));
    expect(servingOf(second)).not.toBe(servingOf(first));
    expect(await serve(62)).toEqual(second);
    const third = await serve(2500);
    expect(authorityOf(third)).not.toBe(authorityOf(first));
    expect(logged()).toEqual([
      ['info', 'renew-all', 'missing'],
      ['info', 'renew-leaf', 'ageing'],
      ['info', 'renew-all', 'ageing'],
    ]);
  });

  it('makes a certificate for other names under the same authority', async () => {
    const first = await serve();
    const second = await serve(0, { dnsNames: ['other.example'] });
    expect(authorityOf(second)).toBe(authorityOf(first));
    expect(new X509Certificate(second.serving.certificate).checkHost('other.example')).toBe('other.example');
  });

  it('replaces a corrupt set, with one line that says why', async () => {
    const first = await serve();
    await writeFile(join(path, 'ca.key'), 'garbage');
    const second = await serve();
    expect(authorityOf(second)).not.toBe(authorityOf(first));
    expect(await serve()).toEqual(second);
    expect(place.lines.slice(1).map(({ level, msg }) => [level, msg])).toEqual([
      [
        'warn',
        `Made a new authority and serving certificate in ${path}: ca.key is not an unencrypted PEM private key.`,
      ],
    ]);
  });

  it('refuses a directory that cannot be read', async () => {
    await writeFile(path, 'a file, no directory');
    await expect(serve()).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('cannot be read'),
    });
  });

  it('refuses a file that cannot be read', async () => {
    await serve();
    await rm(join(path, 'tls.key'));
    await mkdir(join(path, 'tls.key'));
    await expect(serve()).rejects.toMatchObject({ name: 'TlsError', code: 'unreadable' });
  });

  it('refuses to write where there is no directory to write to', async () => {
    await writeFile(path, 'a file, no directory');
    await expect(certificateDirectory(path).save({ 'ca.crt': '' })).rejects.toMatchObject({
      code: 'unwritable',
      message: expect.stringContaining(`cannot be written to ${path}`),
    });
  });

  it('refuses names that no certificate can carry, and writes nothing', async () => {
    await expect(serve(0, { dnsNames: ['127.0.0.1'] })).rejects.toMatchObject({ code: 'unusable-names' });
    await expect(readdir(path)).rejects.toThrow('ENOENT');
  });
});
