import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { describeError, type Logger } from '../telemetry/index.ts';
import { TlsError } from './error.ts';

export interface AuthoritiesFileOptions {
  /** PEM, one certificate after another. */
  readonly file: string;
  readonly logger: Logger;
  /** Milliseconds between two looks at the file. A minute unless told. */
  readonly intervalMs?: number;
}

type Listener = (authorities: string) => void;

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Authorities that somebody else keeps in a file. It is read again and again; what cannot be used is told, and the last good ones stay. */
export class AuthoritiesFile {
  readonly #options: AuthoritiesFileOptions;
  readonly #timer: NodeJS.Timeout;
  #current: string;
  #listener: Listener = () => {};
  #lastFault: string | undefined;

  private constructor(options: AuthoritiesFileOptions, first: string) {
    this.#options = options;
    this.#current = first;
    this.#timer = setInterval(() => void this.check(), options.intervalMs ?? 60_000);
    this.#timer.unref();
  }

  /** Rejects with a TlsError when there are none to begin with: `unreadable` or `broken`. */
  static async start(options: AuthoritiesFileOptions): Promise<AuthoritiesFile> {
    return new AuthoritiesFile(options, await read(options.file));
  }

  /** PEM, one certificate after another; nothing that is not a certificate. */
  get current(): string {
    return this.#current;
  }

  /** Called with what is new, from the next change on. */
  onChange(listener: Listener): void {
    this.#listener = listener;
  }

  /** Looks at the file now; never rejects. */
  async check(): Promise<void> {
    const { file, logger } = this.#options;
    try {
      const authorities = await read(file);
      this.#lastFault = undefined;
      if (authorities === this.#current) return;
      this.#listener(authorities);
      this.#current = authorities;
      logger.info(`The authorities in ${file} are trusted from now on, and no others.`);
    } catch (error) {
      const fault = describeError(error).message;
      if (fault === this.#lastFault) return;
      this.#lastFault = fault;
      logger.error({ err: error }, `The authorities that are trusted stay as they are. ${fault}`);
    }
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#timer);
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
