import { Counter, Gauge } from 'prom-client';
import { METRIC_PREFIX, type Registry } from '../telemetry/index.ts';
import { isFault, type Observation } from './state.ts';
import type { CertificateEventReason } from './telling.ts';

export type CertificateLabel = 'serving' | 'authority';

/** Adds `imagestreams_certificate_expiry_seconds`; `endOf` gives the times in milliseconds since the epoch, undefined what is not known. */
export function measureExpiry(
  registry: Registry,
  endOf: () => Readonly<Partial<Record<CertificateLabel, number | undefined>>>,
  now: () => number = Date.now,
): void {
  new Gauge({
    name: `${METRIC_PREFIX}certificate_expiry_seconds`,
    help: 'Seconds until the certificate expires; negative once it has.',
    labelNames: ['certificate'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [certificate, end] of Object.entries(endOf())) {
        if (end !== undefined) this.set({ certificate }, (end - now()) / 1000);
      }
    },
  });
}

/** What the keeper of certificates tells; only the one that leads knows any. */
export class CertificateMetrics {
  readonly #steps: Counter<'reason'>;
  readonly #failures: Counter;
  #ends: Readonly<Partial<Record<CertificateLabel, number | undefined>>> = {};

  constructor(registry: Registry) {
    measureExpiry(registry, () => this.#ends);
    this.#steps = new Counter({
      name: `${METRIC_PREFIX}certificate_steps_total`,
      help: 'Steps taken to keep certificates in order, by the reason of their Event.',
      labelNames: ['reason'],
      registers: [registry],
    });
    this.#failures = new Counter({
      name: `${METRIC_PREFIX}certificate_failures_total`,
      help: 'Times that the certificates could not be looked at or kept in order.',
      registers: [registry],
    });
  }

  saw({ serving: { leaf }, authority: stored }: Observation): void {
    this.#ends = {
      serving: isFault(leaf) ? undefined : leaf.notAfter,
      authority:
        stored === undefined || isFault(stored.authority) ? undefined : stored.authority.trusted.notAfter,
    };
  }

  took(reason: CertificateEventReason): void {
    this.#steps.inc({ reason });
  }

  failed(): void {
    this.#failures.inc();
  }

  /** This process leads no more, so it knows nothing. */
  forget(): void {
    this.#ends = {};
  }
}
