import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, connect, resourcePath } from '../../src/cluster/index.ts';
import { digest, writeStream } from '../../test/cluster/image-streams.ts';
import { Progress, Supervision, startCluster, type TestCluster } from '../../test/cluster/index.ts';
import { installDefinitions, installWebhook } from '../../test/cluster/install.ts';
import { median, percentile } from '../statistics.ts';
import { markdownTable } from '../table.ts';
import { deployment } from './reviews.ts';
import { streamName } from './streams.ts';

const count = 1000;
const warmUp = 100;
/** Time from one creation to the next. Back to back, the controllers that follow each up take all of the machine's time. */
const intervalMs = 50;
const stream = 0;

/**
 * What the webhook adds to the creation of a Deployment on a real API server: one client creates them one after another, by
 * turns in a namespace that the webhook looks at and in one that it does not. Both calls (mutate and validate) are in it.
 */
export async function admissionApiServer({ say }: { readonly say: (line: string) => void }): Promise<string> {
  const supervision = await Supervision.begin();
  let cluster: TestCluster | undefined;
  try {
    cluster = await startCluster(supervision, new Progress());
    await installDefinitions(cluster);
    const webhook = await installWebhook(cluster, { name: 'bench' });
    const namespaces = {
      with: await cluster.namespace(webhook.namespaceLabels),
      without: await cluster.namespace(),
    };
    const image = `quay.io/bench/image@${digest(3)}`;
    for (const namespace of Object.values(namespaces)) {
      await writeStream(cluster, namespace, streamName(stream), { 'tag-3': image });
    }
    const client = new ApiClient({
      connection: await connect({ kubeconfig: cluster.kubeconfig }),
      userAgent: 'imagestreams-bench',
    });
    try {
      const created = await create(client, namespaces.with, 'probe');
      if (!JSON.stringify(created).includes(image)) throw new Error('the webhook did not resolve the image');
      say(`creating ${count} Deployments with and ${count} without the webhook`);
      return await compare(client, namespaces);
    } finally {
      client.close();
    }
  } finally {
    await cluster?.close();
    await supervision.end();
  }
}

interface Namespaces {
  readonly with: string;
  readonly without: string;
}

async function compare(client: ApiClient, namespaces: Namespaces): Promise<string> {
  const times = { with: [] as number[], without: [] as number[] };
  let due = performance.now();
  for (let index = -warmUp; index < count; index += 1) {
    for (const side of ['with', 'without'] as const) {
      due += intervalMs;
      await sleep(Math.max(0, due - performance.now()));
      const start = performance.now();
      await create(client, namespaces[side], index < 0 ? `warm-up-${-index}` : `shop-${index}`);
      if (index >= 0) times[side].push(performance.now() - start);
    }
  }
  const rows = { with: statistics(times.with), without: statistics(times.without) };
  const added = rows.with.map((value, column) => value - (rows.without[column] ?? 0));
  return markdownTable(
    ['creating a Deployment', 'mean ms', 'p50 ms', 'p99 ms'],
    [
      ['without', ...rows.without.map((value) => value.toFixed(2))],
      ['with', ...rows.with.map((value) => value.toFixed(2))],
      ['added', ...added.map((value) => value.toFixed(2))],
    ],
  );
}

function statistics(times: readonly number[]): readonly number[] {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return [mean, median(times), percentile(times, 0.99)];
}

function create(client: ApiClient, namespace: string, name: string): Promise<unknown> {
  const { managedFields, ...metadata } = deployment(stream).metadata;
  const body = {
    ...deployment(stream),
    metadata: { ...metadata, name, namespace },
    spec: {
      ...deployment(stream).spec,
      // what the API server does is measured, not what pods cost
      replicas: 0,
    },
  };
  const path = resourcePath({ group: 'apps', version: 'v1', resource: 'deployments', namespace });
  return client.create(path, body);
}
