import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CertificatePair, issueAuthority, issueCertificate } from '../../src/tls/index.ts';
import { type PairFiles, writePair } from './credentials.ts';

const DAY_MS = 86_400_000;

/** An authority that no machine trusts by itself, for servers on 127.0.0.1. */
export class ServerAuthority {
  /** PEM. */
  readonly certificate: string;
  readonly #pair: CertificatePair;

  private constructor(pair: CertificatePair) {
    this.#pair = pair;
    this.certificate = pair.certificate;
  }

  static async create(commonName = 'test-registries'): Promise<ServerAuthority> {
    const notBefore = new Date(Date.now() - 10 * DAY_MS);
    return new ServerAuthority(await issueAuthority({ commonName, notBefore, days: 20 }));
  }

  /** A certificate for 127.0.0.1; an expired one ran out yesterday. */
  issue({ expired = false } = {}): Promise<CertificatePair> {
    return issueCertificate(this.#pair, {
      commonName: 'registry',
      ipAddresses: ['127.0.0.1'],
      dnsNames: ['localhost'],
      usages: ['server'],
      notBefore: new Date(Date.now() - (expired ? 3 : 1) * DAY_MS),
      days: expired ? 2 : 7,
    });
  }

  /** Writes a valid certificate and its key as `NAME.crt` and `NAME.key`. */
  async issueFiles(directory: string, name: string): Promise<PairFiles> {
    return writePair(directory, name, await this.issue());
  }

  /** Writes the authority's own certificate; gives the file's path. */
  writeCertificate(directory: string, name: string): string {
    const file = join(directory, `${name}.crt`);
    writeFileSync(file, this.certificate);
    return file;
  }
}
