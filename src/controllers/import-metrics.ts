import { Counter, Histogram } from 'prom-client';
import type { RepositoryImport, TagImport } from '../imagestream/index.ts';
import { parseReference } from '../reference/index.ts';
import { METRIC_PREFIX, type Registry } from '../telemetry/index.ts';

/** Streams name hosts, and whoever writes one could name any number; beyond these they are counted as `other`. */
const mostRegistries = 100;

/** Counts imports by registry, cause, result and reason. Label values are bounded. */
export class ImportMetrics {
  readonly #imports: Counter<'registry' | 'cause' | 'result' | 'reason'>;
  readonly #seconds: Histogram<'result'>;
  readonly #registries = new Set<string>();

  constructor(registry: Registry) {
    this.#imports = new Counter({
      name: `${METRIC_PREFIX}imports_total`,
      help: 'Imports of tags, by registry, cause (Requested, Retry, Scheduled, Repository), result (New, Unchanged, Failed) and reason of the failure.',
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

  imported({ from, cause }: TagImport, result: 'New' | 'Unchanged', durationMs: number): void {
    this.#imports.inc({ registry: this.#label(from, true), cause, result, reason: '' });
    this.#seconds.observe({ result }, durationMs / 1000);
  }

  /** @param reason a reason of a condition; undefined when the registry was not reached at all */
  failed({ from, cause }: TagImport, reason: string | undefined, durationMs: number): void {
    const labels = {
      registry: this.#label(from, false),
      cause,
      result: 'Failed',
      reason: reason ?? 'Unknown',
    };
    this.#imports.inc(labels);
    this.#seconds.observe({ result: 'Failed' }, durationMs / 1000);
  }

  /** The list of a whole repository; `reason` is undefined when it was had. */
  listed({ repository }: RepositoryImport, reason: string | undefined): void {
    const registry = this.#label(repository, reason === undefined);
    const result = reason === undefined ? 'New' : 'Failed';
    this.#imports.inc({ registry, cause: 'Repository', result, reason: reason ?? '' });
  }

  /** Only a registry that answered gets a label of its own: names cost nothing. */
  #label(from: string, answered: boolean): string {
    const parsed = parseReference(from);
    const host = parsed.ok ? parsed.reference.registry || 'docker.io' : '';
    if (this.#registries.has(host)) return host;
    if (!answered || this.#registries.size >= mostRegistries) return 'other';
    this.#registries.add(host);
    return host;
  }
}
