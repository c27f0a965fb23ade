import { collectDefaultMetrics, Registry } from 'prom-client';
import { measureMemoryLimit } from './memory-limit.ts';

export type { Registry } from 'prom-client';

export interface MetricsOptions {
  /** Also measure the process: CPU, memory, event loop, garbage collection. True unless told. */
  readonly processMetrics?: boolean;
}

/** Makes a registry of its own, so that two servers in one process (or two tests) never share counters. */
export function metricsRegistry({ processMetrics = true }: MetricsOptions = {}): Registry {
  const registry = new Registry();
  if (processMetrics) {
    // under their usual names, which ready-made dashboards expect
    collectDefaultMetrics({ register: registry });
    measureMemoryLimit(registry);
  }
  return registry;
}
