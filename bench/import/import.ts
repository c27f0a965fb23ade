import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, connect } from '../../src/cluster/index.ts';
import { Progress, Supervision, startCluster, type TestCluster } from '../../test/cluster/index.ts';
import { controllerUser, installDefinitions } from '../../test/cluster/install.ts';
import { median, percentile } from '../statistics.ts';
import { markdownTable } from '../table.ts';
import { fill } from './fill.ts';
import { writeToResolve } from './latency.ts';
import { cpuSeconds, metric, residentMiB, startController, startWebhook, sumOf } from './programs.ts';
import { HeadRegistry } from './registry.ts';
import { tagsPerStream } from './streams.ts';

const sizes = [1_000, 10_000];
/** Every tag is due once in it. */
const intervalMs = 300_000;
/** Collections after the list are over by then. */
const settlingMs = 10_000;

/** The figures of one size, with their units in the table's first column. */
type Figures = Readonly<Record<string, string>>;

/**
 * What streams that stay what they are cost: the controller's and the webhook's time to sync and memory, the requests of a
 * round in which every tag is scheduled once, and how soon the webhook knows of a write.
 */
export async function importBench({ say }: { readonly say: (line: string) => void }): Promise<string> {
  const supervision = await Supervision.begin();
  const registry = await HeadRegistry.start();
  let cluster: TestCluster | undefined;
  const columns: Figures[] = [];
  try {
    cluster = await startCluster(supervision, new Progress());
    await installDefinitions(cluster);
    const [admin, controller] = await Promise.all([
      clientOf(cluster.kubeconfig),
      clientOf(await cluster.kubeconfigFor({ user: controllerUser, groups: ['system:serviceaccounts'] })),
    ]);
    let from = 0;
    for (const size of sizes) {
      say(`writing ${size - from} streams`);
      const startedAt = performance.now();
      await fill({ admin, controller, host: registry.host, from, to: size });
      say(`written in ${seconds(performance.now() - startedAt)} s`);
      from = size;
      columns.push(await measure({ cluster, admin, controller, registry, size, say }));
    }
    admin.close();
    controller.close();
  } finally {
    registry.stop();
    await cluster?.close();
    await supervision.end();
  }
  const names = Object.keys(columns[0] ?? {});
  return markdownTable(
    [`× ${tagsPerStream} tags`, ...sizes.map((size) => `${size} streams`)],
    names.map((name) => [name, ...columns.map((column) => column[name] ?? '')]),
  );
}

interface Setting {
  readonly cluster: TestCluster;
  readonly admin: ApiClient;
  readonly controller: ApiClient;
  readonly registry: HeadRegistry;
  readonly size: number;
  readonly say: (line: string) => void;
}

async function measure(setting: Setting): Promise<Figures> {
  const { cluster, controller: client, size, say } = setting;
  say('starting the webhook');
  const webhook = await startWebhook(cluster, `webhook-${size}`);
  await sleep(settlingMs);
  const webhookMiB = residentMiB(webhook);
  say('measuring how soon it knows of a write');
  const times = await writeToResolve(client, webhook, size);
  await webhook.process.stop();
  say('starting the controller');
  const controller = await startController(cluster, `controller-${size}`, intervalMs);
  await sleep(settlingMs);
  const controllerMiB = residentMiB(controller);
  say(`measuring a round of ${intervalMs / 1000} s`);
  const round = await measureRound(setting, controller);
  await controller.process.stop();
  return {
    'webhook: start to ready, s': seconds(webhook.startedMs),
    'webhook: RSS, MiB': webhookMiB.toFixed(0),
    'status write, p50 and p99, ms': halfAndMost(times.map(({ written }) => written)),
    'status write to webhook resolves, p50 and p99, ms': halfAndMost(times.map(({ resolved }) => resolved)),
    'controller: start to leading with all streams, s': seconds(controller.startedMs),
    'controller: RSS, MiB': controllerMiB.toFixed(0),
    ...round,
  };
}

async function measureRound(
  { admin, registry, size }: Setting,
  controller: Awaited<ReturnType<typeof startController>>,
): Promise<Figures> {
  const counts = async () => {
    const text = String(await metricsOf(admin));
    const requests = (labels: RegExp) => sumOf(text, 'apiserver_request_total', labels);
    return {
      reads: requests(/resource="secrets".*verb="LIST"/),
      stored: requests(/resource="imagestreams".*verb="(PUT|POST|PATCH)"/),
      written: await metric(controller, 'imagestreams_stream_writes_total'),
      cpu: cpuSeconds(controller),
    };
  };
  registry.reset();
  const before = await counts();
  await sleep(intervalMs);
  const after = await counts();
  const requests = [...registry.requests].map(([kind, count]) => `${count} ${kind}`).join(', ');
  return {
    'tags that are scheduled': String(size * tagsPerStream),
    'of them asked for in one interval': String(registry.paths.size),
    'requests to the registry': requests,
    'writes of streams': String(after.stored - before.stored + after.written - before.written),
    'lists of Secrets': String(after.reads - before.reads),
    'controller: processor time, s': (after.cpu - before.cpu).toFixed(1),
    'controller: RSS after the round, MiB': residentMiB(controller).toFixed(0),
  };
}

async function clientOf(kubeconfig: string): Promise<ApiClient> {
  return new ApiClient({
    connection: await connect({ kubeconfig }),
    userAgent: 'imagestreams-bench',
    maxBytes: 64 * 1024 * 1024,
  });
}

/** The API server's own metrics, which are text. */
async function metricsOf(admin: ApiClient): Promise<string> {
  const chunks: Buffer[] = [];
  const { signal } = new AbortController();
  for await (const chunk of admin.stream('/metrics', { query: {}, silenceMs: 30_000, signal }))
    chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function halfAndMost(times: readonly number[]): string {
  return `${median(times).toFixed(1)}, ${percentile(times, 0.99).toFixed(1)}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
