import { Counter, Gauge } from 'prom-client';
import type { Settled } from '../imagestream/index.ts';
import { METRIC_PREFIX, type Registry } from '../telemetry/index.ts';
import { ImportMetrics } from './import-metrics.ts';

/** What of the work at hand is measured when somebody asks. */
export interface Workload {
  depth(): number;
  oldestMs(): number;
  waiting(): number;
  oldestImportMs(): number;
}

/** Counts what the controller writes, and measures how far behind it is. */
export class ControllerMetrics {
  readonly imports: ImportMetrics;
  readonly #writes: Counter;
  readonly #moves: Counter;
  readonly #leading: Gauge;
  #workload: Workload | undefined;

  constructor(registry: Registry) {
    this.imports = new ImportMetrics(registry);
    this.#writes = new Counter({
      name: `${METRIC_PREFIX}stream_writes_total`,
      help: 'Image streams written by the controller.',
      registers: [registry],
    });
    this.#moves = new Counter({
      name: `${METRIC_PREFIX}tag_moves_total`,
      help: 'Tags that were made to point to another image.',
      registers: [registry],
    });
    this.#leading = new Gauge({
      name: `${METRIC_PREFIX}leader`,
      help: '1 while this process leads, else 0.',
      registers: [registry],
    });
    const workload = () => this.#workload;
    for (const [name, help, value] of workloadGauges) {
      new Gauge({
        name: `${METRIC_PREFIX}${name}`,
        help,
        registers: [registry],
        collect() {
          const current = workload();
          this.set(current === undefined ? 0 : value(current));
        },
      });
    }
  }

  /** Whose work is measured from now on. */
  watch(workload: Workload): void {
    this.#workload = workload;
  }

  leads(leading: boolean): void {
    this.#leading.set(leading ? 1 : 0);
    if (!leading) this.#workload = undefined;
  }

  written({ moved }: Settled): void {
    this.#writes.inc();
    this.#moves.inc(moved.length);
  }
}

const workloadGauges: readonly (readonly [string, string, (workload: Workload) => number])[] = [
  ['queue_depth', 'Image streams that wait to be looked at.', (workload) => workload.depth()],
  [
    'queue_oldest_seconds',
    'How long the first of them has waited.',
    (workload) => workload.oldestMs() / 1000,
  ],
  ['imports_waiting', 'Imports that are due and wait for others to end.', (workload) => workload.waiting()],
  [
    'imports_oldest_seconds',
    'How long the first of them has waited.',
    (workload) => workload.oldestImportMs() / 1000,
  ],
];
