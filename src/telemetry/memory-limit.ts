import { totalmem } from 'node:os';
import { Gauge, type Registry } from 'prom-client';
import { METRIC_PREFIX } from './metric-prefix.ts';

/**
 * Adds `imagestreams_memory_limit_bytes`: what the process may use before the kernel ends it, so that an alert needs to know nothing of
 * the container. Without a sample where there is no limit.
 */
export function measureMemoryLimit(
  registry: Registry,
  limitBytes: () => number = () => process.constrainedMemory(),
): void {
  new Gauge({
    name: `${METRIC_PREFIX}memory_limit_bytes`,
    help: 'Memory limit of the container that the process runs in; absent without one.',
    registers: [registry],
    collect() {
      const limit = limitBytes();
      // 0 where nobody knows, and a number without meaning where there is none
      if (limit > 0 && limit <= totalmem()) this.set(limit);
      else this.remove();
    },
  });
}
