import { X509Certificate } from 'node:crypto';
import { describeError, type Logger } from '../telemetry/index.ts';
import { type Life, lifeOf } from './life.ts';
import type { CertificatePair } from './pair.ts';
import type { ServedCertificate } from './served.ts';

/** Gives the pair that should be in use now, or rejects when there is none fit for use. */
export type CertificateSource = () => Promise<CertificatePair>;

export interface CertificateWatchOptions {
  readonly source: CertificateSource;
  readonly logger: Logger;
  /** Milliseconds between two looks at the source. A minute unless told. */
  readonly intervalMs?: number;
}

type Listener = (pair: CertificatePair) => void;

const INTERVAL_MS = 60_000;

/**
 * Keeps a pair current without a restart. Hand it on as
 * `watch.onChange(({ certificate, key }) => server.setSecureContext({ cert: certificate, key }))`:
 * new connections get the new certificate, open ones stay as they are.
 */
export class CertificateWatch implements ServedCertificate {
  /** There is one from the start. */
  readonly waiting = undefined;
  readonly #source: CertificateSource;
  readonly #logger: Logger;
  readonly #listeners = new Set<Listener>();
  readonly #timer: NodeJS.Timeout;
  #current: CertificatePair;
  #lastFault: string | undefined;
  #checking: Promise<void> | undefined;

  private constructor(options: CertificateWatchOptions, first: CertificatePair) {
    this.#source = options.source;
    this.#logger = options.logger;
    this.#current = first;
    this.#timer = setInterval(() => void this.check(), options.intervalMs ?? INTERVAL_MS);
    this.#timer.unref();
  }

  /** Rejects as the source does when there is no pair to begin with. */
  static async start(options: CertificateWatchOptions): Promise<CertificateWatch> {
    return new CertificateWatch(options, await options.source());
  }

  /** The last pair that was fit for use. */
  get current(): CertificatePair {
    return this.#current;
  }

  get life(): Life {
    return lifeOf(new X509Certificate(this.#current.certificate));
  }

  /** Calls back with each new pair, from the next one on; gives the function that ends it. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks at the source now. Never rejects: a broken source is logged once and the current pair stays. */
  check(): Promise<void> {
    this.#checking ??= this.#look().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** Stops looking. */
  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    try {
      const pair = await this.#source();
      if (pair.certificate !== this.#current.certificate || pair.key !== this.#current.key) {
        this.#swap(pair);
      }
      this.#lastFault = undefined;
    } catch (error) {
      const fault = describeError(error).message;
      if (fault !== this.#lastFault) {
        this.#lastFault = fault;
        this.#logger.error({ err: error }, `The serving certificate stays as it is. ${fault}`);
      }
    }
  }

  #swap(pair: CertificatePair): void {
    for (const listener of this.#listeners) {
      listener(pair);
    }
    this.#current = pair;
    const expiresAt = new Date(this.life.notAfter).toISOString();
    this.#logger.info(
      { expiresAt },
      `The serving certificate was swapped; the new one ends on ${expiresAt}.`,
    );
  }
}
