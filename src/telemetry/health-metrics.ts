import { Gauge, type Registry } from 'prom-client';
import type { HealthChecks, HealthKind } from './health.ts';
import { METRIC_PREFIX } from './metric-prefix.ts';

/** The endpoints, as Kubernetes' own metric of health checks names them. */
const endpoints: Readonly<Record<HealthKind, string>> = { live: 'livez', ready: 'readyz' };

/** Adds `imagestreams_healthcheck`, with the labels of Kubernetes' `kubernetes_healthcheck`: what the probes see, for alerts. */
export function measureHealth(registry: Registry, health: HealthChecks): void {
  new Gauge({
    name: `${METRIC_PREFIX}healthcheck`,
    help: '1 while a health check of an endpoint passes, else 0.',
    labelNames: ['type', 'name'],
    registers: [registry],
    collect() {
      for (const [kind, type] of Object.entries(endpoints)) {
        for (const { name, reason } of health.run(kind as HealthKind)) {
          this.set({ type, name }, reason === undefined ? 1 : 0);
        }
      }
    },
  });
}
