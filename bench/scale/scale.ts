import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, connect } from '../../src/cluster/index.ts';
import { InstalledChart, release, startChartNodes } from '../../test/chart/installed-chart.ts';
import { Load } from '../../test/chart/load.ts';
import { memory } from '../../test/cluster/node-agent/running-pods.ts';
import { OwnCluster } from '../../test/cluster/own-cluster.ts';
import { markdownTable } from '../table.ts';
import { processOf } from '../trigger/control-plane.ts';
import { type Clients, fill, moveOne } from './fill.ts';
import { atRest, busyDuring, memoryOf, type Roles, readyAfterKill, roles } from './pods.ts';
import { followed, perNamespace, streamOf, teamOf } from './teams.ts';

export interface ScaleOptions {
  readonly namespaces: number;
  /** How long processor time is measured, once at rest and once under load. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

const controllerUser = `system:serviceaccount:${release}:imagestreams-controller`;

/** The chart's limits in MiB. Nothing holds a process to them here but the heap that V8 gives itself in such a container: half. */
const limits = { webhook: 512, controller: 1024 };
const heapOf = (limit: number) => [{ name: 'NODE_OPTIONS', value: `--max-old-space-size=${limit / 2}` }];
const values = {
  webhook: { extraEnv: heapOf(limits.webhook) },
  controller: { extraEnv: heapOf(limits.controller) },
};

/** Memory and processor time of the chart's pods in a large cluster, and how soon they are ready again. */
export async function scale({ namespaces, seconds, say }: ScaleOptions): Promise<string> {
  const own = await OwnCluster.start({ name: 'scale', audited: release });
  try {
    const { cluster } = own;
    await startChartNodes(cluster);
    say('installing the chart');
    const chart = await InstalledChart.install(cluster, values);
    const settings = { kubeconfig: cluster.kubeconfig, concurrency: 8, namespace: teamOf(0) };
    const clients: Clients = {
      admin: await clientOf(cluster.kubeconfig),
      controller: await clientOf(
        // by name the one account that may, with all rights
        await cluster.kubeconfigFor({ user: controllerUser, groups: ['system:masters'] }),
      ),
    };
    const empty = memoryOf(await roles(chart));
    say(`making ${namespaces} namespaces with ${perNamespace} streams and workloads each`);
    let startedAt = performance.now();
    const since = () => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
    await fill(clients, namespaces);
    say(`made in ${since()}`);
    await atRest(chart, namespaces * perNamespace);
    say(`at rest after ${since()}; load average ${load()}`);
    await sleep(30_000);
    const pods = await roles(chart);
    const filled = memoryOf(pods);
    const rest = await busyDuring(pods, () => sleep(seconds * 1000));
    say(`moving a tag in each namespace; load average ${load()}`);
    startedAt = performance.now();
    const moving = await busyDuring(pods, async () => {
      await moveOne(clients, namespaces, 1);
      await atRest(chart, namespaces * perNamespace);
    });
    say(`moved in ${since()}`);
    const reviews = new Load({ ...settings, image: `${streamOf(1)}:${followed}` });
    const loaded = await busyDuring(pods, () => sleep(seconds * 1000));
    const { resolved, failed, unresolved } = await reviews.stop();
    say(
      `${(resolved / seconds).toFixed(0)} reviews a second; ${failed.size + unresolved} went wrong; load average ${load()}`,
    );
    const peak = memoryOf(pods);
    const server = memory(processOf(cluster, 'kube-apiserver'));
    say(`the API server has ${server.rss.toFixed(0)} MiB`);
    say('ending one after the other');
    const again: Roles<number> = {
      webhook: [
        await readyAfterKill(pods.webhook[0] ?? pods.leader),
        await readyAfterKill(pods.webhook[1] ?? pods.leader),
      ],
      standby: await readyAfterKill(pods.standby),
      leader: await readyAfterKill(pods.leader),
    };
    await atRest(chart, namespaces * perNamespace);
    const restarted = memoryOf(await roles(chart));
    const rows = [
      [
        'limit, MiB',
        { webhook: [limits.webhook, limits.webhook], leader: limits.controller, standby: limits.controller },
      ],
      ['installed, nothing there: RSS, MiB', figures(empty, 'rss')],
      ['filled: RSS, MiB', figures(filled, 'rss')],
      ['the most of all that time, MiB', figures(peak, 'peak')],
      ['restarted: RSS, MiB', figures(restarted, 'rss')],
      ['restarted: the most, MiB', figures(restarted, 'peak')],
      ['processor at rest, m', rest],
      ['processor while a tag moves in each namespace, m', moving],
      ['processor under load, m', loaded],
      ['from SIGKILL to ready, s', again],
    ] as const satisfies readonly (readonly [string, Roles<number>])[];
    clients.admin.close();
    clients.controller.close();
    return markdownTable(
      [`${namespaces} namespaces`, 'webhook', 'webhook', 'leading controller', 'waiting controller'],
      rows.map(([name, { webhook, leader, standby }]) => [
        name,
        ...[...webhook, leader, standby].map((figure) => figure.toFixed(name.endsWith(', s') ? 1 : 0)),
      ]),
    );
  } finally {
    await own.close();
  }
}

function figures(pods: ReturnType<typeof memoryOf>, field: 'rss' | 'peak'): Roles<number> {
  const { webhook, leader, standby } = pods;
  return { webhook: webhook.map((each) => each[field]), leader: leader[field], standby: standby[field] };
}

function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

async function clientOf(kubeconfig: string): Promise<ApiClient> {
  return new ApiClient({ connection: await connect({ kubeconfig }), userAgent: 'imagestreams-bench' });
}
