import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import { OwnCluster } from '../cluster/own-cluster.ts';
import type { Project } from '../cluster/project.ts';
import { InstalledChart, release, startChartNodes } from './installed-chart.ts';
import { creationsIn, loadDuring, undisturbed } from './load-during.ts';
import { importedProject, pushVersions } from './project.ts';

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

  it('are put into a caBundle that somebody empties', async () => {
    const before = await bundle();
    const { stdout } = await cluster.kubectl(['get', 'mutatingwebhookconfiguration', release, '-o', 'json']);
    const { webhooks } = JSON.parse(stdout) as { readonly webhooks: readonly object[] };
    const patch = webhooks.map((_, index) => ({
      op: 'remove',
      path: `/webhooks/${index}/clientConfig/caBundle`,
    }));
    await cluster.kubectl([
      ...['patch', 'mutatingwebhookconfiguration', release, '--type=json'],
      ...['-p', JSON.stringify(patch)],
    ]);
    await waitFor('the caBundle', bundle, { until: (now) => now === before });
    await waitFor('a resolved name', () =>
      project.kubectl(['run', 'after', '--image=keycloak:20', '--dry-run=server']),
    );
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
