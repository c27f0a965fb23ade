import { describe, expect, it } from '@jest/globals';
import { Counter } from 'prom-client';
import { METRIC_PREFIX, metricsRegistry } from '../../src/telemetry/index.ts';

describe('metricsRegistry', () => {
  it('measures the process unless told not to, under the usual names', async () => {
    const names = (await metricsRegistry().getMetricsAsJSON()).map(({ name }) => name);
    expect(names).toContain('process_resident_memory_bytes');
    expect(names).toContain('nodejs_eventloop_lag_seconds');
    expect(await metricsRegistry({ processMetrics: false }).getMetricsAsJSON()).toEqual([]);
  });

  it('shares nothing with another registry', async () => {
    const [one, other] = [1, 2].map(() => metricsRegistry({ processMetrics: false }));
    const counters = [one!, other!].map((registry) => {
      return new Counter({ name: `${METRIC_PREFIX}reviews_total`, help: 'Reviews.', registers: [registry] });
    });
    counters[0]!.inc();
    expect(await one!.metrics()).toContain('imagestreams_reviews_total 1');
    expect(await other!.metrics()).toContain('imagestreams_reviews_total 0');
  });
});
