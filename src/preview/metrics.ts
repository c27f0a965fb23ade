import { Counter, Histogram } from 'prom-client';
import { METRIC_PREFIX, type Registry } from '../telemetry/index.ts';
import type { PreviewErrorCode } from './error.ts';

/** Counts what previews were answered. */
export class PreviewMetrics {
  readonly #requests: Counter<'code'>;
  readonly #seconds: Histogram;

  constructor(registry: Registry) {
    this.#requests = new Counter({
      name: `${METRIC_PREFIX}preview_requests_total`,
      help: 'Requests for a preview, by code: OK, or why there was none.',
      labelNames: ['code'],
      registers: [registry],
    });
    this.#seconds = new Histogram({
      name: `${METRIC_PREFIX}preview_duration_seconds`,
      help: 'Time from a request for a preview to its answer.',
      buckets: [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 15],
      registers: [registry],
    });
  }

  answered(code: PreviewErrorCode | 'OK', seconds: number): void {
    this.#requests.inc({ code });
    this.#seconds.observe(seconds);
  }
}
