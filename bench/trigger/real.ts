import { setTimeout as sleep } from 'node:timers/promises';
import { defaultSettings, webhookConfigurations } from '../../src/admission/index.ts';
import { ApiClient, connect, resourcePath } from '../../src/cluster/index.ts';
import { controllerPermissions, leaderPermissions } from '../../src/controllers/index.ts';
import { Progress, type Supervision, startCluster, type TestCluster } from '../../test/cluster/index.ts';
import { controllerUser, installationNamespace, installDefinitions } from '../../test/cluster/install.ts';
import { type Served, startWebhook } from '../import/programs.ts';
import { processOf } from './control-plane.ts';
import { create, remove } from './fill.ts';
import {
  atRest,
  type Measured,
  type Memory,
  type Move,
  type MoveOptions,
  residentMiB,
  settlingMs,
} from './measurement.ts';
import { type RunningPod, startPod } from './pod.ts';
import { measureMoves, streamsPath } from './real-moves.ts';
import { followers, mostFollowers, namespace, storedStream } from './workloads.ts';

interface Stage extends MoveOptions {
  readonly supervision: Supervision;
  readonly cluster: TestCluster;
  readonly admin: ApiClient;
  readonly writer: ApiClient;
  readonly webhook: Served;
  readonly token: string;
}

/** Moves tags on a real control plane with webhook and controller; in the end with Deployments in place of CronJobs. */
export async function realMoves(
  supervision: Supervision,
  options: MoveOptions,
): Promise<Measured & { readonly deployments: readonly Move[] }> {
  const cluster = await startCluster(supervision, new Progress());
  const clients: ApiClient[] = [];
  try {
    await installDefinitions(cluster);
    const identity = { user: controllerUser, groups: ['system:serviceaccounts'] };
    const kubeconfigs = [cluster.kubeconfig, await cluster.kubeconfigFor(identity)];
    const [admin, writer] = await Promise.all(kubeconfigs.map(clientOf));
    if (admin === undefined || writer === undefined) throw new Error('no clients');
    clients.push(admin, writer);
    const [webhook, token] = [await registeredWebhook(cluster), await controllerToken(cluster)];
    const stage = { ...options, supervision, cluster, admin, writer, webhook, token };
    await prepare(stage);
    return { ...(await withCronJobs(stage)), deployments: await withDeployments(stage) };
  } finally {
    for (const client of clients) client.close();
    await cluster.close();
  }
}

async function prepare({ cluster, admin, writer }: Stage): Promise<void> {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  await admin.create(resourcePath({ version: 'v1', resource: 'namespaces' }), object);
  await cluster.serviceAccountReady(namespace);
  await writer.create(streamsPath(), storedStream(new Map()));
  // workloads that come before the webhook knows the stream would have no image yet
  await sleep(2_000);
}

async function withCronJobs(stage: Stage): Promise<Measured> {
  const { admin, sizes, say } = stage;
  const moves: Move[] = [];
  const memory: Memory[] = [];
  let from = 0;
  for (const size of sizes) {
    say(`creating ${size - from} CronJobs`);
    await create(admin, 'CronJob', from, size);
    from = size;
    const pod = await startController(stage, `controller-${size}`, size);
    await sleep(settlingMs);
    const listed = residentMiB(pod);
    const moving = { ...stage, pod, processes: processesOf(stage, pod) };
    for (const count of followers) moves.push(...(await measureMoves(moving, 'CronJob', count, size)));
    await sleep(settlingMs);
    memory.push({ workloads: size, listed, moved: residentMiB(pod) });
    await pod.process.stop();
  }
  return { moves, memory };
}

/** Those that follow the tags that move, in place of the CronJobs that did. */
async function withDeployments(stage: Stage): Promise<readonly Move[]> {
  const { admin, sizes, say } = stage;
  const following = followers.reduce((sum, count) => sum + count, 0);
  say(`creating ${following} Deployments`);
  await remove(admin, 'CronJob', 0, following);
  await create(admin, 'Deployment', 0, following);
  const size = sizes.at(-1) ?? following;
  const pod = await startController(stage, 'controller-deployments', size);
  const moving = { ...stage, pod, processes: processesOf(stage, pod) };
  const moves = await measureMoves(moving, 'Deployment', mostFollowers, size);
  await pod.process.stop();
  return moves;
}

function processesOf({ cluster, webhook }: Stage, pod: RunningPod): ReadonlyMap<string, number> {
  return new Map([
    ['controller', pod.process.pid],
    ['webhook', webhook.process.pid],
    ['API server', processOf(cluster, 'kube-apiserver')],
    ['etcd', processOf(cluster, 'etcd')],
    ['controller manager', processOf(cluster, 'kube-controller-manager')],
  ]);
}

/** The webhook as a bundle, registered for all of the cluster. */
async function registeredWebhook(cluster: TestCluster): Promise<Served> {
  const webhook = await startWebhook(cluster, 'webhook');
  const configurations = webhookConfigurations({
    name: 'bench',
    address: { url: `https://127.0.0.1:${webhook.port}` },
    caBundle: webhook.ca,
    settings: defaultSettings,
    excludedNamespaces: [installationNamespace],
  });
  const list = { apiVersion: 'v1', kind: 'List', items: configurations };
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(list) });
  return webhook;
}

async function controllerToken(cluster: TestCluster): Promise<string> {
  const account = { user: controllerUser, namespace: installationNamespace };
  await cluster.grant({ user: controllerUser, rules: controllerPermissions() });
  await cluster.grant({ ...account, rules: leaderPermissions });
  const [, , , name = ''] = controllerUser.split(':');
  const args = ['create', 'token', name, '-n', installationNamespace, '--duration=24h'];
  return (await cluster.kubectl(args)).stdout.trim();
}

async function startController(
  { supervision, cluster: { apiServer, caFile }, token, say }: Stage,
  name: string,
  workloads: number,
): Promise<RunningPod> {
  const startedAt = performance.now();
  const place = { apiServer, caFile, token, namespace: installationNamespace };
  const pod = await startPod(supervision, { ...place, name, args: ['controller', '--identity', name] });
  await atRest(pod, workloads);
  say(`controller at rest after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
  return pod;
}

async function clientOf(kubeconfig: string): Promise<ApiClient> {
  return new ApiClient({ connection: await connect({ kubeconfig }), userAgent: 'imagestreams-bench' });
}
