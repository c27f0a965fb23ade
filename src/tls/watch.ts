import { X509Certificate } from 'node:crypto';
import type { Logger } from '../telemetry/index.ts';
import { type Life, lifeOf } from './life.ts';
import type { CertificatePair } from './pair.ts';
import { PolledSource } from './polled-source.ts';
import type { ServedCertificate } from './served.ts';

/** Gives the pair that should be in use now, or rejects when there is none fit for use. */
export type CertificateSource = () => Promise<CertificatePair>;

export interface CertificateWatchOptions {
  readonly source: CertificateSource;
  readonly logger: Logger;
  /** Milliseconds between two looks at the source. A minute unless told. */
  readonly intervalMs?: number;
}

/**
 * Keeps a pair current without a restart. Hand it on as
 * `watch.onChange(({ certificate, key }) => server.setSecureContext({ cert: certificate, key }))`:
 * new connections get the new certificate, open ones stay as they are.
 */
export class CertificateWatch implements ServedCertificate {
  /** There is one from the start. */
  readonly waiting = undefined;
  readonly #pair: PolledSource<CertificatePair>;

  private constructor(pair: PolledSource<CertificatePair>) {
    this.#pair = pair;
  }

  /** Rejects as the source does when there is no pair to begin with. */
  static async start({ source, logger, intervalMs }: CertificateWatchOptions): Promise<CertificateWatch> {
    const pair = await PolledSource.start({
      ...{ source, logger, intervalMs },
      isSame: (one, other) => one.certificate === other.certificate && one.key === other.key,
      onSwapped: (current) => tellSwapped(current, logger),
      stays: 'The serving certificate stays as it is.',
    });
    return new CertificateWatch(pair);
  }

  /** The last pair that was fit for use. */
  get current(): CertificatePair {
    return this.#pair.current;
  }

  get life(): Life {
    return lifeOfPair(this.current);
  }

  /** Calls back with each new pair, from the next one on; gives the function that ends it. */
  onChange(listener: (pair: CertificatePair) => void): () => void {
    return this.#pair.onChange(listener);
  }

  /** Looks at the source now. Never rejects: a broken source is logged once and the current pair stays. */
  check(): Promise<void> {
    return this.#pair.check();
  }

  /** Stops looking. */
  close(): void {
    this.#pair.close();
  }
}

function lifeOfPair({ certificate }: CertificatePair): Life {
  return lifeOf(new X509Certificate(certificate));
}

function tellSwapped(pair: CertificatePair, logger: Logger): void {
  const expiresAt = new Date(lifeOfPair(pair).notAfter).toISOString();
  logger.info({ expiresAt }, `The serving certificate was swapped; the new one ends on ${expiresAt}.`);
}
