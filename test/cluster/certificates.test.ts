import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Balancer } from './balancer.ts';
import { CertificatesStage } from './certificates-stage.ts';
import { Handshakes } from './handshakes.ts';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { ReviewLoad } from './review-load.ts';

jest.setTimeout(240_000);

const cluster = TestCluster.connect();
const resolved = `quay.io/keycloak/keycloak@${digest(1)}`;
let stage: CertificatesStage;
let balancer: Balancer;
let port = 0;
let namespace = '';

beforeAll(async () => {
  stage = await CertificatesStage.set(cluster, {
    name: 'certificates',
    certificateLifetime: '9s',
    authorityLifetime: '22s',
    trustDelay: '2s',
    replicas: 2,
  });
  namespace = await cluster.namespace(stage.labels);
  await writeStream(cluster, namespace, 'keycloak', { '20': resolved });
  port = await cluster.takePort();
  balancer = await Balancer.start(
    port,
    stage.replicas.map((replica) => replica.port),
  );
});
afterAll(async () => {
  balancer?.stop();
  await cluster.close();
});

describe('certificates of an installation', () => {
  it('are there soon after the controller is, though the webhooks came first', async () => {
    for (const { telemetry } of stage.replicas) {
      const answer = await fetch(`${telemetry}/readyz?verbose`);
      expect(answer.status).toBe(500);
      expect(await answer.text()).toContain(`there is no Secret ${stage.namespace}/webhook-tls`);
    }
    await stage.register(port);
    await stage.startController('certificates-first');
    await stage.ready();
    const load = await ReviewLoad.start(cluster, { namespace, image: 'keycloak:20', resolved });
    await waitFor('some reviews', () => load.sent, { until: (sent) => sent > 20 });
    expect(await load.stop()).toMatchObject({ failures: [] });
  });

  it('change three times, and the authority too, while reviews go on', async () => {
    const load = await ReviewLoad.start(cluster, { namespace, image: 'keycloak:20', resolved });
    const handshakes = await Handshakes.start(stage);
    await waitFor('the fourth authority', () => handshakes.authorities, {
      until: (count) => count >= 4,
      timeoutMs: 150_000,
    });
    await waitFor('it to be served everywhere', () => handshakes.leaves, { until: (count) => count >= 4 });
    const shaken = await handshakes.stop();
    const reviewed = await load.stop();
    process.stderr.write(
      `${reviewed.sent} reviews and ${shaken.handshakes} handshakes, ${handshakes.leaves} certificates of ${handshakes.authorities} authorities: ${reviewed.failures.length + shaken.failures.length} failed\n`,
    );
    expect(reviewed.failures).toEqual([]);
    expect(shaken.failures).toEqual([]);
  });

  it('are in nobody’s way who applies the registration without caBundle', async () => {
    const before = await stage.bundles();
    expect(await stage.register(port)).toContain('serverside-applied');
    expect(before).not.toContain(undefined);
    expect(await stage.bundles()).not.toContain(undefined);
  });
});
