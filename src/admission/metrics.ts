import { Counter, Gauge, Histogram } from 'prom-client';
import { METRIC_PREFIX, type Registry } from '../telemetry/index.ts';
import type { ImageDecision } from './decide-images.ts';
import type { FirstImports } from './first-imports.ts';
import type { Reviewed } from './surroundings.ts';
import type { WebhookName } from './webhook.ts';

export const verdicts = ['Allowed', 'Patched', 'Warned', 'Denied', 'Failed', 'Malformed'] as const;
export type ReviewVerdict = (typeof verdicts)[number];

/** What the webhook counts. Label values are bounded: webhook, verdict, the kinds of the table, ImageStream and `other`. */
export class AdmissionMetrics {
  readonly #reviews: Counter<'webhook' | 'verdict' | 'kind'>;
  readonly #resolutions: Counter<'result'>;
  readonly #triggers: Counter<'decision'>;
  readonly #seconds: Readonly<Record<WebhookName, { observe(seconds: number): void }>>;
  readonly #children = new Map<string, { inc(): void }>();

  constructor(registry: Registry) {
    this.#reviews = new Counter({
      name: `${METRIC_PREFIX}admission_reviews_total`,
      help: 'Admission reviews answered, by webhook, verdict and kind of object.',
      labelNames: ['webhook', 'verdict', 'kind'],
      registers: [registry],
    });
    this.#resolutions = new Counter({
      name: `${METRIC_PREFIX}admission_resolutions_total`,
      help: 'Image strings looked at, by result: Resolved, or the code that tells why not.',
      labelNames: ['result'],
      registers: [registry],
    });
    this.#triggers = new Counter({
      name: `${METRIC_PREFIX}admission_trigger_decisions_total`,
      help: 'What writes came to for containers with triggers, and entries that were refused, by decision.',
      labelNames: ['decision'],
      registers: [registry],
    });
    const seconds = new Histogram({
      name: `${METRIC_PREFIX}admission_review_duration_seconds`,
      help: 'Time from the last byte of a review to its answer.',
      labelNames: ['webhook'],
      buckets: [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5],
      registers: [registry],
    });
    this.#seconds = {
      mutate: seconds.labels({ webhook: 'mutate' }),
      validate: seconds.labels({ webhook: 'validate' }),
    };
  }

  /** Counts one answered review. */
  reviewed(webhook: WebhookName, verdict: ReviewVerdict, kind: string, seconds: number): void {
    const key = `${webhook}/${verdict}/${kind}`;
    let child = this.#children.get(key);
    if (child === undefined) {
      child = this.#reviews.labels({ webhook, verdict, kind });
      this.#children.set(key, child);
    }
    child.inc();
    this.#seconds[webhook].observe(seconds);
  }

  /** Counts what one review came to for triggers. */
  triggered(decisions: NonNullable<Reviewed['triggers']>): void {
    for (const decision of decisions) this.#triggers.inc({ decision });
  }

  /** Counts how the images of one review came out. */
  resolved({ outcomes }: ImageDecision): void {
    for (const result of outcomes) this.#resolutions.inc({ result });
  }
}

/** Measures how many requests wait for first imports, and how long they did. */
export function measureImportWaits(registry: Registry, imports: FirstImports): void {
  new Gauge({
    name: `${METRIC_PREFIX}admission_import_waiters`,
    help: 'Admission reviews that wait for a first import.',
    registers: [registry],
    collect() {
      this.set(imports.waiting);
    },
  });
  const seconds = new Histogram({
    name: `${METRIC_PREFIX}admission_import_wait_seconds`,
    help: 'Time that admission reviews waited for a first import, by how it ended.',
    labelNames: ['result'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5],
    registers: [registry],
  });
  imports.onEnding((result, waited) => seconds.observe({ result }, waited));
}

/** Says how many streams are in memory and how old the news of them is. */
export function measureStreams(
  registry: Registry,
  streams: { size(): number; secondsSinceEvent(): number },
): void {
  new Gauge({
    name: `${METRIC_PREFIX}streams_cached`,
    help: 'Image streams held in memory.',
    registers: [registry],
    collect() {
      this.set(streams.size());
    },
  });
  new Gauge({
    name: `${METRIC_PREFIX}streams_last_event_age_seconds`,
    help: 'Seconds since the API server last said anything about image streams, bookmarks included.',
    registers: [registry],
    collect() {
      this.set(streams.secondsSinceEvent());
    },
  });
}
