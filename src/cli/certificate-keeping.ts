import { CertificateController, CertificateMetrics, type RotationSettings } from '../certificates/index.ts';
import { type ApiClient, type EventRecorder, systemClock } from '../cluster/index.ts';
import type { Logger, Registry } from '../telemetry/index.ts';

export interface CertificateKeepingOptions {
  readonly client: ApiClient;
  readonly settings: RotationSettings;
  readonly events: EventRecorder;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** Keeps the webhook's certificates in order whenever this process leads. */
export class CertificateKeeping {
  readonly #options: CertificateKeepingOptions;
  readonly #metrics: CertificateMetrics;

  constructor(options: CertificateKeepingOptions) {
    this.#options = options;
    this.#metrics = new CertificateMetrics(options.registry, options.client.serverNow);
  }

  /** @returns the function that ends it, which resolves when nothing is under way any more that could write */
  lead(): () => Promise<void> {
    const { client, settings, events, logger } = this.#options;
    const controller = new CertificateController({
      ...{ client, settings, events, logger },
      metrics: this.#metrics,
      clock: systemClock,
    });
    controller.start();
    return () => controller.stop();
  }
}
