import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { AdmissionMetrics, reviewWith } from '../../src/admission/index.ts';
import { createLogger, metricsRegistry, startTracing } from '../../src/telemetry/index.ts';
import { SpanReceiver } from '../telemetry/span-receiver.ts';

let receiver: SpanReceiver;
beforeEach(async () => {
  receiver = await SpanReceiver.start();
});
afterEach(() => receiver.stop());

const body = JSON.stringify({
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: 'u1',
    operation: 'CREATE',
    resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    namespace: 'shop',
    name: 'web',
    userInfo: { username: 'ada', extra: { token: ['secret'] } },
    object: {
      spec: { template: { spec: { containers: [{ env: [{ name: 'PASSWORD', value: 'secret' }] }] } } },
    },
  },
});

it('a review is a span with its verdict, and tells nobody of users or contents', async () => {
  const logger = await createLogger({ level: 'silent' });
  const tracing = await startTracing({
    ...{ endpoint: receiver.endpoint, samplingPerMillion: 1_000_000, logger },
    ...{ service: 'imagestreams-webhook', version: '1.2.3', instance: 'pod-1' },
  });
  const metrics = new AdmissionMetrics(metricsRegistry());
  const answer = { allowed: true as const, patch: [], warnings: ['careful'] };
  const review = reviewWith('mutate', () => ({ answer }), metrics, logger, tracing);
  const { status } = await review(body, {});
  await tracing.close();
  expect(status).toBe(200);
  const [served] = receiver.named('mutate');
  expect(served?.attributes).toEqual({
    'imagestreams.review.uid': 'u1',
    'imagestreams.operation': 'CREATE',
    'imagestreams.resource': 'deployments.apps',
    'imagestreams.dry_run': false,
    'imagestreams.verdict': 'Warned',
    'k8s.namespace.name': 'shop',
    'k8s.object.name': 'web',
  });
  expect(receiver.spans.filter(({ parentSpanId }) => parentSpanId === served?.spanId)).toHaveLength(2);
  expect(JSON.stringify(receiver.http.requests)).not.toMatch(/secret|ada/);
});
