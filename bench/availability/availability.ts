import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { broadPolicy, InstalledChart, release, startChartNodes } from '../../test/chart/installed-chart.ts';
import { Load, type LoadResult } from '../../test/chart/load.ts';
import { importedProject, pushVersions } from '../../test/chart/project.ts';
import { waitFor } from '../../test/cluster/index.ts';
import { OwnCluster } from '../../test/cluster/own-cluster.ts';
import { median, percentile } from '../statistics.ts';
import { markdownTable } from '../table.ts';
import { rotations } from './rotation.ts';

export interface AvailabilityOptions {
  /** At least so many reviews in each row. */
  readonly reviews: number;
  readonly say: (line: string) => void;
}

/** Short, so that there are several rotations in a row's time. */
const shortLives = {
  certificates: { certificateLifetime: '30s', authorityLifetime: '75s', trustDelay: '5s' },
};
const concurrency = 8;

/** Something that happens to an installation, once a row. */
interface Happening {
  readonly name: string;
  readonly happens: (own: OwnCluster, chart: InstalledChart) => Promise<unknown>;
}

const happenings: readonly Happening[] = [
  { name: 'nothing', happens: () => Promise.resolve() },
  { name: 'certificate and authority rotate three times', happens: (_, chart) => rotations(chart, 3) },
  {
    name: 'rolling restart of the webhook',
    happens: async (_, chart) => {
      await chart.kubectl(['rollout', 'restart', 'deployment/imagestreams-webhook']);
      await chart.kubectl(['rollout', 'status', 'deployment/imagestreams-webhook', '--timeout=180s']);
    },
  },
  {
    name: 'SIGKILL of one webhook',
    happens: async (_, chart) => {
      const [first] = await chart.ready('webhook', 2);
      if (first !== undefined) process.kill(first.pid, 'SIGKILL');
      await sleep(1_000);
      await chart.ready('webhook', 2);
    },
  },
  {
    name: 'helm upgrade with another policy, and rollback',
    happens: async (_, chart) => {
      await chart.upgrade({ policy: broadPolicy });
      await chart.rollback();
    },
  },
  {
    name: 'webhooks from 2 to 5, to 1 and back to 2',
    happens: async (_, chart) => {
      for (const replicas of [5, 1, 2]) {
        await chart.kubectl(['scale', 'deployment', 'imagestreams-webhook', `--replicas=${replicas}`]);
        await chart.ready('webhook', replicas);
      }
    },
  },
  {
    name: 'restart of the API server',
    happens: async (own) => {
      await own.stopApiServer();
      await own.startApiServer();
    },
  },
  {
    name: 'SIGKILL of the leading controller',
    happens: async (_, chart) => {
      const leader = await chart.leader();
      process.kill(leader.pid, 'SIGKILL');
      await sleep(1_000);
      await chart.ready('controller', 2);
      await chart.leader();
    },
  },
];

/** What clients of a cluster see of the webhook while things happen to it, with the chart installed as it is. */
export async function availability({ reviews, say }: AvailabilityOptions): Promise<string> {
  const own = await OwnCluster.start({ name: 'availability', audited: release });
  try {
    const { cluster } = own;
    await startChartNodes(cluster);
    await pushVersions(cluster, '20.0.2');
    say('installing the chart');
    const chart = await InstalledChart.install(cluster, shortLives);
    const project = await importedProject(cluster, '20.0.2');
    project.disconnect();
    const settings = {
      kubeconfig: cluster.kubeconfig,
      namespace: project.namespace,
      image: 'keycloak:20',
      concurrency,
    };
    const rows: (readonly string[])[] = [];
    for (const { name, happens } of happenings) {
      say(name);
      const result = await during(settings, reviews, () => happens(own, chart));
      rows.push(row(name, result));
      say(`${rows.at(-1)?.slice(1).join(', ')}; load average ${loadavg()[0]?.toFixed(1)}`);
      for (const [message, count] of result.failed) say(`${count} × ${message}`);
    }
    return markdownTable(
      [
        'while',
        'resolved',
        'failed',
        'unresolved',
        'p50, ms',
        'p99, ms',
        'slowest, ms',
        'p50 of the worst second, ms',
      ],
      rows,
    );
  } finally {
    await own.close();
  }
}

async function during(
  settings: ConstructorParameters<typeof Load>[0],
  reviews: number,
  happens: () => Promise<unknown>,
): Promise<LoadResult> {
  const load = new Load(settings);
  const until = (count: number) =>
    waitFor(`${count} reviews`, () => load.count >= count, { timeoutMs: 1_200_000 });
  try {
    await until(reviews / 10);
    await happens();
    await until(Math.max(reviews, load.count + reviews / 10));
  } catch (error) {
    await load.stop();
    throw error;
  }
  return await load.stop();
}

function row(name: string, { resolved, unresolved, failed, times, seconds }: LoadResult): readonly string[] {
  const failures = [...failed.values()].reduce((sum, count) => sum + count, 0);
  const worst = Math.max(...seconds.map(median));
  const figures = [median(times), percentile(times, 0.99), percentile(times, 1), worst];
  return [name, ...[resolved, failures, unresolved, ...figures.map(Math.round)].map(String)];
}
