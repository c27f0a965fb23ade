import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { CertificatePair } from '../../src/tls/index.ts';
import { DAY_MS, issueAuthority, issueCertificate } from '../../src/tls/index.ts';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import type { Project } from '../cluster/project.ts';
import { workloads } from '../cluster/workloads.ts';
import { askPreview, outlineOf, type PreviewAnswer } from '../preview/preview-client.ts';
import { InstalledChart, release, startChartNodes } from './installed-chart.ts';
import { creationsIn, loadDuring, undisturbed } from './load-during.ts';
import { importedProject, pushVersions, repository } from './project.ts';
import { emptyBundles } from './stored-certificates.ts';

jest.setTimeout(300_000);

const servername = `imagestreams-preview.${release}.svc`;

let own: OwnCluster;
let cluster: TestCluster;
let chart: InstalledChart;
let shop: Project;
let digests: readonly string[] = [];

beforeAll(async () => {
  own = await OwnCluster.start({ name: 'chart-own-certificate', audited: release });
  cluster = own.cluster;
  await startChartNodes(cluster);
  digests = await pushVersions(cluster, '20.0.2', '20.0.3');
  chart = await InstalledChart.install(cluster, { preview: { enabled: true } });
  shop = await importedProject(cluster, '20.0.2');
  const annotations = {
    'image.openshift.io/triggers': JSON.stringify([
      {
        from: { kind: 'ImageStreamTag', name: 'keycloak:20' },
        fieldPath: 'spec.template.spec.containers[?(@.name=="keycloak")].image',
      },
    ]),
  };
  await shop.apply(workloads['Deployment']!('web', { image: 'keycloak:20', annotations }));
  await cluster.kubectl([
    ...['create', 'rolebinding', 'viewers', '--clusterrole=view', '-n', shop.namespace],
    `--serviceaccount=${shop.namespace}:default`,
  ]);
});
afterAll(async () => {
  shop?.disconnect();
  await own?.close();
});

const authorityOf = async (secret: string) => {
  const { stdout } = await chart.kubectl(['get', 'secret', secret, '-o', 'jsonpath={.data.ca\\.crt}']);
  return Buffer.from(stdout, 'base64').toString();
};

/** What every controller answers who is asked what a move to the other version would do. */
async function previews(ca: string, token: string): Promise<readonly PreviewAnswer[]> {
  const image = encodeURIComponent(`${repository}@${digests[1]}`);
  const path = `/preview/namespaces/${shop.namespace}/imagestreamtags/keycloak:20?image=${image}`;
  const pods = await chart.ready('controller', 2);
  const addresses = pods.map(({ address: host }) => ({ host, port: 8443, ca, servername }));
  return await Promise.all(addresses.map((address) => askPreview(address, path, { token })));
}

async function expectPreviews(secret: string): Promise<void> {
  const ca = await authorityOf(secret);
  const { stdout } = await cluster.kubectl(['create', 'token', 'default', '-n', shop.namespace]);
  const answers = await waitFor('previews', () => previews(ca, stdout.trim()), {
    until: (all) => all.every(({ status }) => status === 200),
    timeoutMs: 60_000,
  });
  const rollsOut = [`Deployment/${shop.namespace}/web keycloak RollsOut`];
  expect(answers.map(({ body }) => outlineOf(body))).toEqual([rollsOut, rollsOut]);
}

/** Who signed what is served there. */
async function issuerAt(host: string): Promise<string | undefined> {
  const socket = connect({ host, port: 8443, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const issuer = socket.getPeerCertificate().issuer.CN;
  socket.destroy();
  return [issuer].flat()[0];
}

describe('a person with a token who asks what a move would roll out', () => {
  it('is answered by every controller, with the certificate that is issued for both Services', async () => {
    await expectPreviews('imagestreams-webhook-tls');
  });

  it('is told nothing without one', async () => {
    const [answer] = await previews(await authorityOf('imagestreams-webhook-tls'), 'forged');
    expect(answer).toMatchObject({ status: 401, body: { reason: 'Unauthorized' } });
  });
});

describe('a certificate of somebody else', () => {
  const bundles = async () => {
    const kinds = 'mutatingwebhookconfiguration,validatingwebhookconfiguration';
    const path = 'jsonpath={range .items[*].webhooks[*]}{.clientConfig.caBundle}{" "}{end}';
    const { stdout } = await cluster.kubectl(['get', kinds, '-o', path]);
    const texts = stdout.trim().split(' ');
    return new Set(texts.map((text) => Buffer.from(text, 'base64').toString().trim()));
  };
  const trusted = (...authorities: readonly CertificatePair[]) =>
    waitFor('the authority in every caBundle', bundles, {
      until: (all) =>
        all.size === 1 && all.has(authorities.map(({ certificate }) => certificate.trim()).join('\n')),
      timeoutMs: 60_000,
    });
  const served = (issuer: string) =>
    waitFor(
      `every webhook to serve what ${issuer} signed`,
      async () => {
        const pods = await chart.ready('webhook', 2);
        return await Promise.all(pods.map(({ address }) => issuerAt(address)));
      },
      { until: (issuers) => issuers.every((each) => each === issuer) },
    );
  const resolved = () =>
    waitFor('a resolved name', () => shop.kubectl(['run', 'one', '--image=keycloak:20', '--dry-run=server']));
  const validity = { notBefore: new Date(Date.now() - DAY_MS), days: 90 };
  const put = async (signer: CertificatePair, ...authorities: readonly CertificatePair[]) => {
    const { certificate, key } = await issueCertificate(signer, {
      commonName: 'ours',
      dnsNames: [`imagestreams-webhook.${release}.svc`, servername],
      usages: ['server'],
      ...validity,
    });
    const ca = authorities.map((each) => each.certificate).join('');
    const stringData = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': ca };
    const metadata = { name: 'ours', namespace: release };
    const secret = { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, stringData };
    await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(secret) });
  };
  let first: CertificatePair;
  let second: CertificatePair;
  beforeAll(async () => {
    first = await issueAuthority({ commonName: 'somebody else', ...validity });
    second = await issueAuthority({ commonName: 'somebody else again', ...validity });
    await put(first, first);
    await chart.upgrade({ certificates: { issuer: 'secret', secretName: 'ours' } });
  });

  it('is served, and its authority is copied to every caBundle', async () => {
    await trusted(first);
    await resolved();
    await expectPreviews('ours');
  });

  it('is followed to another authority, and no review fails where both are trusted first', async () => {
    const result = await loadDuring(creationsIn(cluster, shop), async () => {
      await put(first, first, second);
      await trusted(first, second);
      // the API server hears of it from a watch, and nobody can ask it whether it has
      await pause(5_000);
      await put(second, first, second);
      await served('somebody else again');
      await put(second, second);
      await trusted(second);
    });
    expect(result).toMatchObject(undisturbed);
  });

  it('is put into a caBundle that somebody empties', async () => {
    await emptyBundles(chart);
    await trusted(second);
    await resolved();
  });

  it('is nothing that the controller could write or look for elsewhere', async () => {
    const account = `--as=system:serviceaccount:${release}:imagestreams-controller`;
    for (const [verb, name] of [
      ['update', 'ours'],
      ['create', 'any'],
      ['get', 'imagestreams-webhook-authority'],
    ] as const) {
      const asked = ['auth', 'can-i', verb, `secret/${name}`, '-n', release, account];
      expect((await cluster.kubectl(asked, { allowFailure: true })).stdout).toBe('no\n');
    }
  });
});

describe('the service accounts', () => {
  it('were never denied anything, but for the Secrets that the pods before the change still looked at', () => {
    expect(own.denied().filter(({ uri }) => !uri.includes('imagestreams-webhook-'))).toEqual([]);
  });
});
