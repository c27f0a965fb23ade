import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CertificatesStage } from './certificates-stage.ts';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { ReviewLoad } from './review-load.ts';

jest.setTimeout(180_000);

const cluster = TestCluster.connect();
const resolved = `quay.io/keycloak/keycloak@${digest(1)}`;
let stage: CertificatesStage;
let namespace = '';

beforeAll(async () => {
  stage = await CertificatesStage.set(cluster, {
    name: 'certificates',
    certificateLifetime: '9s',
    authorityLifetime: '22s',
    trustDelay: '2s',
  });
  namespace = await cluster.namespace(stage.labels);
  await writeStream(cluster, namespace, 'keycloak', { '20': resolved });
});
afterAll(() => cluster.close());

const isReady = async (telemetry: string) => (await fetch(`${telemetry}/readyz`)).ok;

describe('certificates of an installation', () => {
  it('are there soon after the controller is, though the webhook came first', async () => {
    const [first] = stage.replicas;
    if (first === undefined) throw new Error('there is no webhook');
    const { port, telemetry } = first;
    const answer = await fetch(`${telemetry}/readyz`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain(`there is no Secret ${stage.namespace}/webhook-tls`);
    await stage.register(port);
    await stage.startController('certificates-first');
    await waitFor('the webhook to be ready', () => isReady(telemetry));
    const load = await ReviewLoad.start(cluster, { namespace, image: 'keycloak:20', resolved });
    await waitFor('some reviews', () => load.sent, { until: (sent) => sent > 20 });
    expect(await load.stop()).toMatchObject({ failures: [] });
  });
});
