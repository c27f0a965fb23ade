import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { imagePolicy } from '../../src/policy/index.ts';
import { Balancer } from './balancer.ts';
import { CertificatesStage } from './certificates-stage.ts';
import { Handshakes } from './handshakes.ts';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { ReviewLoad } from './review-load.ts';
import { ServerAuthority } from './server-certificates.ts';

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
    issuing: { certificateLifetime: '12s', authorityLifetime: '28s', trustDelay: '2s' },
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

  it('nor who renames webhooks: the new ones are trusted like the old', async () => {
    const broad = imagePolicy({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImagePolicyConfig',
      executionRules: [{ name: 'any', onResources: [{ resource: 'pods' }], matchRegistries: ['quay.io'] }],
    });
    if (!broad.ok) throw new Error('the policy cannot be used');
    const names = await stage.webhooks();
    await stage.register(port, broad.policy);
    expect(await stage.webhooks()).not.toEqual(names);
    await waitFor('every caBundle', () => stage.bundles(), { until: (all) => !all.includes(undefined) });
  });
});

describe('a controller whose clock is a year ahead, and that may not list image streams', () => {
  it('issues certificates all the same, by the clock of the API server', async () => {
    const odd = await CertificatesStage.set(cluster, {
      name: 'odd',
      issuing: { certificateLifetime: '1h', authorityLifetime: '24h', trustDelay: '1s' },
      withoutStreams: true,
      clockErrorMs: 365 * 86_400_000,
    });
    const [replica] = odd.replicas;
    await odd.register(replica?.port ?? 0);
    const controller = await odd.startController('odd-controller');
    await odd.ready();
    await waitFor('every caBundle', () => odd.bundles(), { until: (all) => !all.includes(undefined) });
    const handshakes = await Handshakes.start(odd);
    await waitFor('a certificate', () => handshakes.leaves, { until: (count) => count === 1 });
    expect(await handshakes.stop()).toMatchObject({ failures: [] });
    const { validToDate } = new X509Certificate((await odd.secret('serving'))['tls.crt'] ?? '');
    expect(validToDate.getTime() - Date.now()).toBeLessThan(3_600_000);
    expect(controller.log()).toMatch(/The clock of this process is \d+ s ahead of the API server's/);
  });
});

describe('a certificate that somebody else made', () => {
  it('is served, and its authority is copied to every caBundle and kept there', async () => {
    const provided = await CertificatesStage.set(cluster, { name: 'provided' });
    const authority = await ServerAuthority.create('somebody else');
    const put = async () => {
      const { certificate, key } = await authority.issue();
      const data = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': authority.certificate };
      const metadata = { namespace: provided.namespace, name: provided.secretName('serving') };
      const secret = {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'kubernetes.io/tls',
        metadata,
        stringData: data,
      };
      await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(secret) });
    };
    const [replica] = provided.replicas;
    await provided.register(replica?.port ?? 0);
    await put();
    await provided.startController('provided');
    await provided.ready();
    await waitFor('the authority in every caBundle', () => provided.bundles(), {
      until: (bundles) => bundles.every((bundle) => bundle?.trim() === authority.certificate.trim()),
    });
    const theirs = await cluster.namespace(provided.labels);
    await writeStream(cluster, theirs, 'keycloak', { '20': resolved });
    const load = await ReviewLoad.start(cluster, { namespace: theirs, image: 'keycloak:20', resolved });
    const handshakes = await Handshakes.start(provided);
    await put();
    await waitFor('the next certificate', () => handshakes.leaves, { until: (count) => count === 2 });
    await waitFor('some reviews', () => load.sent, { until: (sent) => sent > 20 });
    expect(await load.stop()).toMatchObject({ failures: [] });
    expect(await handshakes.stop()).toMatchObject({ failures: [] });
    expect(provided.replicas[0]?.process.log()).not.toContain('stays as it is');
  });
});
