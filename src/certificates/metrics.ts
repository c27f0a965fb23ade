import { Counter, Gauge } from 'prom-client';
import { METRIC_PREFIX, type Registry } from '../telemetry/index.ts';
import { type Life, renewAt } from '../tls/index.ts';
import { isFault, type Observation } from './state.ts';
import type { CertificateEventReason } from './telling.ts';

export type CertificateLabel = 'serving' | 'authority';

/** What is known of certificates; nothing where it is undefined. */
type Lives = Readonly<Partial<Record<CertificateLabel, Life | undefined>>>;

const gauges: readonly (readonly [string, string, (life: Life) => number])[] = [
  ['expiry', 'Seconds until the certificate expires; negative once it has.', ({ notAfter }) => notAfter],
  [
    'renewal',
    'Seconds until two thirds of its life are over, when it is to be renewed; negative once they are.',
    renewAt,
  ],
];

/** Adds `imagestreams_certificate_expiry_seconds` and `imagestreams_certificate_renewal_seconds`, by the time of the API server, which verifies. */
export function measureLives(registry: Registry, lives: () => Lives, now: () => number): void {
  for (const [name, help, at] of gauges) {
    new Gauge({
      name: `${METRIC_PREFIX}certificate_${name}_seconds`,
      help,
      labelNames: ['certificate'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [certificate, life] of Object.entries(lives())) {
          if (life !== undefined) this.set({ certificate }, (at(life) - now()) / 1000);
        }
      },
    });
  }
}

/** What the keeper of certificates tells; only the one that leads knows any. */
export class CertificateMetrics {
  readonly #steps: Counter<'reason'>;
  readonly #failures: Counter;
  #lives: Lives = {};

  /** @param now the time of the API server, in milliseconds since the epoch */
  constructor(registry: Registry, now: () => number) {
    measureLives(registry, () => this.#lives, now);
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
    this.#lives = {
      serving: isFault(leaf) ? undefined : leaf,
      authority: stored === undefined || isFault(stored.authority) ? undefined : stored.authority.trusted,
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
    this.#lives = {};
  }
}
