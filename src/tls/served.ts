import type { Life } from './life.ts';
import type { CertificatePair } from './pair.ts';

/** The pair that a server serves with, as it changes. */
export interface ServedCertificate {
  /** The last pair that was fit for use; undefined before there was one. */
  readonly current: CertificatePair | undefined;
  /** When the current certificate is valid. */
  readonly life: Life | undefined;
  /** Why there is none yet, in a few words; undefined once there is. */
  readonly waiting: string | undefined;
  /** Calls back with each new pair, from the next one on; gives the function that ends it. */
  onChange(listener: (pair: CertificatePair) => void): () => void;
  /** Stops looking. */
  close(): void | Promise<void>;
}
