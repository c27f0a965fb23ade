import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import type { Project } from '../cluster/project.ts';
import { InstalledChart, release, startChartNodes } from './installed-chart.ts';
import type { LoadResult } from './load.ts';
import { creationsIn, loadDuring, undisturbed } from './load-during.ts';
import { importedProject, pushVersions } from './project.ts';
import { emptyBundles, storeCertificates } from './stored-certificates.ts';

jest.setTimeout(300_000);

let own: OwnCluster;
let cluster: TestCluster;
let chart: InstalledChart;
let project: Project;

beforeAll(async () => {
  own = await OwnCluster.start({ name: 'chart-healing', audited: release });
  cluster = own.cluster;
  await startChartNodes(cluster);
  await pushVersions(cluster, '20.0.2');
  chart = await InstalledChart.install(cluster);
  project = await importedProject(cluster, '20.0.2');
});
afterAll(async () => {
  project?.disconnect();
  await own?.close();
});

const load = () => creationsIn(cluster, project);
const bundle = async () => {
  const path = 'jsonpath={.webhooks[*].clientConfig.caBundle}';
  return (await cluster.kubectl(['get', 'mutatingwebhookconfiguration', release, '-o', path])).stdout;
};
const serving = async () => {
  const path = 'jsonpath={.data.tls\\.crt}';
  return (await chart.kubectl(['get', 'secret', 'imagestreams-webhook-tls', '-o', path])).stdout;
};

const review = ['run', 'after', '--image=keycloak:20', '--dry-run=server'];
const reviewed = () => project.kubectl(review);

/** How often a serving certificate was made, as Events tell. */
const told = async () => {
  const { stdout } = await chart.kubectl(['get', 'events.v1.events.k8s.io', '-o', 'json']);
  const { items } = JSON.parse(stdout) as { readonly items: readonly Told[] };
  return items
    .filter(({ reason }) => reason === 'CertificateIssued' || reason === 'CertificateMended')
    .reduce((sum, { series }) => sum + (series?.count ?? 1), 0);
};

interface Told {
  readonly reason: string;
  readonly series?: { readonly count: number };
}

function tell(when: string, { resolved, failed }: Pick<LoadResult, 'resolved' | 'failed'>): void {
  const count = [...failed.values()].reduce((sum, each) => sum + each, 0);
  process.stderr.write(`${when}: ${count} of ${resolved + count} reviews failed\n`);
}

describe('certificates', () => {
  it.each(['imagestreams-webhook-tls', 'imagestreams-webhook-authority'])(
    'come back when the Secret %s is deleted, and no review fails',
    async (secret) => {
      const before = await serving();
      const result = await loadDuring(load(), async () => {
        await chart.kubectl(['delete', 'secret', secret]);
        await waitFor('the Secret', () => chart.kubectl(['get', 'secret', secret]));
        await waitFor('a certificate', serving, { until: (text) => text !== '', timeoutMs: 120_000 });
      });
      expect(result).toMatchObject(undisturbed);
      expect(before).not.toBe('');
    },
  );

  it('are put into a caBundle that somebody empties, and reviews fail until then alone', async () => {
    const before = await bundle();
    const { resolved, failed, unresolved } = await loadDuring(load(), async () => {
      await emptyBundles(chart);
      await waitFor('the caBundle', bundle, { until: (now) => now === before });
      await waitFor('a resolved name', reviewed);
    });
    tell('with an emptied caBundle', { resolved, failed });
    expect(unresolved).toBe(0);
    for (const message of failed.keys()) expect(message).toContain('failed to verify certificate');
    expect(await loadDuring(load(), reviewed)).toMatchObject(undisturbed);
  });

  // what a jump of the API server's clock makes of them, which is no process's to set here
  it.each([
    ['have expired', -200],
    ['are not valid yet', 200],
  ])('that %s are made anew, and reviews fail until then alone', async (what, days) => {
    const before = await told();
    const { resolved, failed, unresolved } = await loadDuring(load(), async () => {
      await chart.kubectl(['scale', 'deployment', 'imagestreams-controller', '--replicas=0']);
      await chart.kubectl(['wait', '--for=delete', 'pod', '-l', 'app.kubernetes.io/component=controller']);
      await storeCertificates(chart, days);
      await waitFor('a refusal', () => project.refused(review), {
        until: ({ stderr }) => stderr.includes('x509: certificate has expired or is not yet valid'),
      });
      await chart.kubectl(['scale', 'deployment', 'imagestreams-controller', '--replicas=2']);
      await waitFor('another certificate', told, { until: (count) => count > before });
      await waitFor('a resolved name', reviewed);
    });
    tell(`with certificates that ${what}`, { resolved, failed });
    expect(unresolved).toBe(0);
    expect(await loadDuring(load(), reviewed)).toMatchObject(undisturbed);
  });
});

describe('a node drain', () => {
  it('fails no review, and leaves a replica of each at any time', async () => {
    const args = ['agent-1', '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=120s'];
    const result = await loadDuring(load(), async () => {
      await cluster.kubectl(['drain', ...args]);
      for (const component of ['webhook', 'controller'] as const) {
        const pods = await chart.ready(component, 2);
        expect(new Set(pods.map(({ node }) => node))).toEqual(new Set(['agent-2']));
      }
    });
    await cluster.kubectl(['uncordon', 'agent-1']);
    expect(result).toMatchObject(undisturbed);
  });
});

describe('a leader that is killed', () => {
  it('is followed by the other replica, and no review fails', async () => {
    const leader = await chart.leader();
    const result = await loadDuring(load(), async () => {
      process.kill(leader.pid, 'SIGKILL');
      await waitFor('another leader', async () => (await chart.leader()).pid !== leader.pid, {
        timeoutMs: 60_000,
      });
    });
    expect(result).toMatchObject(undisturbed);
  });
});

describe('the service accounts', () => {
  it('were never denied anything', () => expect(own.denied()).toEqual([]));
});
