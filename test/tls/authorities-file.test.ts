import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AuthoritiesFile,
  type CertificatePair,
  issueAuthority,
  issueCertificate,
} from '../../src/tls/index.ts';
import { type Workplace, workplace } from './workplace.ts';

const validity = { notBefore: new Date(Date.now() - 3_600_000), days: 1 };

let place: Workplace;
let file = '';
let one: CertificatePair;
let two: CertificatePair;

beforeAll(async () => {
  [one, two] = await Promise.all([
    issueAuthority({ commonName: 'one', ...validity }),
    issueAuthority({ commonName: 'two', ...validity }),
  ]);
});
beforeEach(async () => {
  place = await workplace();
  file = join(place.directory, 'ca.crt');
});
afterEach(() => place.remove());

const start = () => AuthoritiesFile.start({ file, logger: place.logger });
const pem = ({ certificate }: CertificatePair) => `${certificate.trim()}\n`;

describe('a file of authorities', () => {
  it('holds one or more, and what stands around them does not count', async () => {
    await writeFile(file, `# the first\n${one.certificate}\n# the second\n${two.certificate}`);
    const authorities = await start();
    authorities.close();
    expect(authorities.current.replaceAll('\r', '')).toBe((pem(one) + pem(two)).replaceAll('\r', ''));
  });

  it.each<[string, () => Promise<string | undefined>, string, string]>([
    ['is not there', () => Promise.resolve(undefined), 'unreadable', 'cannot be read: ENOENT'],
    ['is empty', () => Promise.resolve(''), 'broken', 'There is no PEM certificate in '],
    ['holds no certificate', () => Promise.resolve('hello'), 'broken', 'There is no PEM certificate in '],
    [
      'holds a broken one',
      () => Promise.resolve('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
      'broken',
      'Certificate 1 in ',
    ],
    [
      'holds one that is no authority',
      async () => {
        const leaf = await issueCertificate(one, { commonName: 'leaf', usages: ['client'], ...validity });
        return one.certificate + leaf.certificate;
      },
      'broken',
      'Certificate 2 in ',
    ],
  ])('that %s is refused', async (_, text, code, message) => {
    const content = await text();
    if (content !== undefined) await writeFile(file, content);
    await expect(start()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('is read again, and a broken one is told once and not used', async () => {
    await writeFile(file, one.certificate);
    const authorities = await start();
    const seen: string[] = [];
    authorities.onChange((text) => seen.push(text));
    await authorities.check();
    await writeFile(file, 'half');
    await authorities.check();
    await authorities.check();
    expect(seen).toEqual([]);
    await writeFile(file, two.certificate);
    await authorities.check();
    authorities.close();
    expect(seen).toEqual([authorities.current]);
    expect(place.lines.map(({ level, msg }) => `${level}: ${msg}`)).toEqual([
      `error: The authorities that are trusted stay as they are. There is no PEM certificate in ${file}.`,
      `info: The authorities in ${file} are trusted from now on, and no others.`,
    ]);
  });
});
