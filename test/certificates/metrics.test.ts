import { expect, it } from '@jest/globals';
import { measureLives } from '../../src/certificates/index.ts';
import { metricsRegistry } from '../../src/telemetry/index.ts';

const day = 24 * 60 * 60 * 1000;

it('a certificate is to be renewed at two thirds of its life, which begins a day after it is valid', async () => {
  const registry = metricsRegistry({ processMetrics: false });
  const serving = { notBefore: -day, notAfter: 90 * day };
  measureLives(
    registry,
    () => ({ serving, authority: undefined }),
    () => 61 * day,
  );
  const samples = (await registry.metrics()).split('\n').filter((line) => line.startsWith('imagestreams_'));
  expect(samples).toEqual([
    `imagestreams_certificate_expiry_seconds{certificate="serving"} ${29 * 86_400}`,
    `imagestreams_certificate_renewal_seconds{certificate="serving"} ${-86_400}`,
  ]);
});
