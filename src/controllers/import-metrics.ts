import { Counter, Histogram } from 'prom-client';
import type { TagImport } from '../imagestream/index.ts';
import { parseReference } from '../reference/index.ts';
import { METRIC_PREFIX, type Registry } from '../telemetry/index.ts';

/** Streams name hosts, and whoever writes one could name any number; the rest is counted as `other`. */
const mostRegistries = 100;

/** Counts imports by registry, cause, result and reason. Label values are bounded. */
export class ImportMetrics {
  readonly #imports: Counter<'registry' | 'cause' | 'result' | 'reason'>;
  readonly #seconds: Histogram<'result'>;
  readonly #registries = new Set<string>();

  constructor(registry: Registry) {
    this.#imports = new Counter({
      name: `${METRIC_PREFIX}imports_total`,
      help: 'Imports of tags, by registry, cause (Requested, Retry, Scheduled), result (New, Unchanged, Failed) and reason of the failure.',
      labelNames: ['registry', 'cause', 'result', 'reason'],
      registers: [registry],
    });
    this.#seconds = new Histogram({
      name: `${METRIC_PREFIX}import_duration_seconds`,
      help: 'Time that an import took, waiting for its turn at the registry included.',
      labelNames: ['result'],
      buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers: [registry],
    });
  }

  imported(request: TagImport, result: 'New' | 'Unchanged', durationMs: number): void {
    this.#count(request, result, '', durationMs);
  }

  /** @param reason a reason of a condition, or `Unknown` when the registry was not reached at all */
  failed(request: TagImport, reason: string, durationMs: number): void {
    this.#count(request, 'Failed', reason, durationMs);
  }

  #count({ from, cause }: TagImport, result: string, reason: string, durationMs: number): void {
    this.#imports.inc({ registry: this.#label(from), cause, result, reason });
    this.#seconds.observe({ result }, durationMs / 1000);
  }

  #label(from: string): string {
    const parsed = parseReference(from);
    const host = parsed.ok ? parsed.reference.registry || 'docker.io' : 'invalid';
    if (!this.#registries.has(host)) {
      if (this.#registries.size >= mostRegistries) return 'other';
      this.#registries.add(host);
    }
    return host;
  }
}
