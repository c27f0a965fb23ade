import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Logger } from '../telemetry/index.ts';
import { TlsError } from './error.ts';
import { PolledSource } from './polled-source.ts';

export interface AuthoritiesFileOptions {
  /** PEM, one certificate after another. */
  readonly file: string;
  readonly logger: Logger;
  /** Milliseconds between two looks at the file. A minute unless told. */
  readonly intervalMs?: number;
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Authorities that somebody else keeps in a file. It is read again and again; what cannot be used is told, and the last good ones stay. */
export class AuthoritiesFile {
  readonly #authorities: PolledSource<string>;

  private constructor(authorities: PolledSource<string>) {
    this.#authorities = authorities;
  }

  /** Rejects with a TlsError when there are none to begin with: `unreadable` or `broken`. */
  static async start({ file, logger, intervalMs }: AuthoritiesFileOptions): Promise<AuthoritiesFile> {
    const authorities = await PolledSource.start({
      ...{ logger, intervalMs },
      source: () => read(file),
      isSame: (one, other) => one === other,
      onSwapped: () => logger.info(`The authorities in ${file} are trusted from now on, and no others.`),
      stays: 'The authorities that are trusted stay as they are.',
    });
    return new AuthoritiesFile(authorities);
  }

  /** PEM, one certificate after another; nothing that is not a certificate. */
  get current(): string {
    return this.#authorities.current;
  }

  /** Called with what is new, from the next change on. */
  onChange(listener: (authorities: string) => void): void {
    this.#authorities.onChange(listener);
  }

  /** Looks at the file now; never rejects. */
  check(): Promise<void> {
    return this.#authorities.check();
  }

  /** Stops looking. */
  close(): void {
    this.#authorities.close();
  }
}

async function read(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new TlsError('unreadable', `${file} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  const certificates = text.match(certificateBlock) ?? [];
  if (certificates.length === 0) throw new TlsError('broken', `There is no PEM certificate in ${file}.`);
  const ca = certificates.map((each) => `${each}\n`).join('');
  for (const [index, each] of certificates.entries()) {
    if (isAuthority(each)) continue;
    throw new TlsError('broken', `Certificate ${index + 1} in ${file} is not one of an authority.`);
  }
  return ca;
}

function isAuthority(pem: string): boolean {
  try {
    createSecureContext({ ca: pem });
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}
