import { describe, expect, it } from '@jest/globals';
import { Counter } from 'prom-client';
import { HealthChecks, METRIC_PREFIX, measureHealth, metricsRegistry } from '../../src/telemetry/index.ts';
import { measureMemoryLimit } from '../../src/telemetry/memory-limit.ts';

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

describe('imagestreams_memory_limit_bytes', () => {
  const measured = async (limit: number) => {
    const registry = metricsRegistry({ processMetrics: false });
    measureMemoryLimit(registry, () => limit);
    return await registry.metrics();
  };

  it('is what the container may use', async () => {
    expect(await measured(64 * 1024 * 1024)).toContain('\nimagestreams_memory_limit_bytes 67108864\n');
  });

  // as libuv tells them: not known, and none
  it.each([0, 2 ** 64])('has no sample where the limit is %d', async (limit) => {
    expect(await measured(limit)).not.toMatch(/^imagestreams_memory_limit_bytes/m);
  });
});

describe('imagestreams_healthcheck', () => {
  it('tells each check of each endpoint', async () => {
    const registry = metricsRegistry({ processMetrics: false });
    const health = new HealthChecks();
    measureHealth(registry, health);
    health.add('live', 'ping', () => undefined);
    health.add('ready', 'streams', () => 'the first list is not complete');
    const text = await registry.metrics();
    expect(text).toContain('imagestreams_healthcheck{type="livez",name="ping"} 1\n');
    expect(text).toContain('imagestreams_healthcheck{type="readyz",name="streams"} 0\n');
  });
});
