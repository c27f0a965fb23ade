import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings, webhookPermissions } from '../../src/admission/index.ts';
import { controllerPermissions, leaderPermissions } from '../../src/controllers/index.ts';
import type { SupervisedProcess, TestCluster } from '../../test/cluster/index.ts';
import { controllerUser, installationNamespace } from '../../test/cluster/install.ts';
import { imageFlags } from '../admission/webhook.ts';

const home = join(import.meta.dirname, '../..');
const bundle = join(home, 'dist/imagestreams.js');

/** A bundled program that serves the cluster. */
export interface Served {
  readonly process: SupervisedProcess;
  readonly port: number;
  readonly telemetry: string;
  /** Milliseconds from its start until it was ready. */
  readonly startedMs: number;
}

/** Starts the controller with nothing in memory; ready is when it leads, with all streams listed. */
export async function startController(
  cluster: TestCluster,
  name: string,
  intervalMs: number,
): Promise<Served> {
  await cluster.grant({ user: controllerUser, rules: controllerPermissions() });
  await cluster.grant({
    user: controllerUser,
    namespace: installationNamespace,
    rules: leaderPermissions,
  });
  const args = [
    ...['--namespace', installationNamespace, '--identity', name, '--allow-address', '127.0.0.0/8'],
    ...['--import-interval', `${intervalMs / 1000}s`, '--minimum-import-interval', '1s'],
    ...['--registry-rate', '100000', '--registry-rate-total', '100000', '--log-level', 'warn'],
  ];
  return await start(
    cluster,
    { name, command: 'controller', user: controllerUser, args },
    async (telemetry) => /^imagestreams_leader 1$/m.test(await (await fetch(`${telemetry}/metrics`)).text()),
  );
}

/** Starts the webhook; nobody registers it, it is asked directly. */
export async function startWebhook(
  cluster: TestCluster,
  name: string,
): Promise<Served & { readonly ca: string }> {
  const user = `system:serviceaccount:${installationNamespace}:${name}`;
  await cluster.grant({ user, rules: webhookPermissions(defaultSettings) });
  const directory = join(cluster.directory, name);
  mkdirSync(directory, { mode: 0o700 });
  const port = await cluster.takePort();
  const args = [
    ...['--host', '127.0.0.1', '--port', String(port)],
    ...['--generate-certificate', directory, '--drain-seconds', '0', '--log-level', 'warn'],
  ];
  const served = await start(
    cluster,
    { name, command: 'webhook', user, args, port },
    async (telemetry) => (await fetch(`${telemetry}/readyz`)).ok,
  );
  return { ...served, ca: readFileSync(join(directory, 'ca.crt'), 'utf8') };
}

/** Mebibytes that are resident now. */
export function residentMiB({ process: { pid } }: Served): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
}

/** Seconds of processor time that it has used. */
export function cpuSeconds({ process: { pid } }: Served): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** The sum of a metric over all its labels, or over those in which the pattern is found. */
export async function metric({ telemetry }: Served, name: string, labels = /^/): Promise<number> {
  const text = await (await fetch(`${telemetry}/metrics`)).text();
  return sumOf(text, name, labels);
}

/** The same, in the text of any metrics. */
export function sumOf(text: string, name: string, labels = /^/): number {
  return [...text.matchAll(new RegExp(`^${name}(\\{[^}]*\\})? (\\S+)$`, 'gm'))]
    .filter(([, found = '']) => labels.test(found))
    .reduce((sum, [, , value]) => sum + Number(value), 0);
}

interface Start {
  readonly name: string;
  readonly command: 'controller' | 'webhook';
  readonly user: string;
  readonly args: readonly string[];
  readonly port?: number;
}

async function start(
  cluster: TestCluster,
  { name, command, user, args, port = 0 }: Start,
  isReady: (telemetry: string) => Promise<boolean>,
): Promise<Served> {
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${installationNamespace}`];
  const kubeconfig = await cluster.kubeconfigFor({ user, groups });
  const telemetryPort = await cluster.takePort();
  const telemetry = `http://127.0.0.1:${telemetryPort}`;
  const startedAt = performance.now();
  const process = await cluster.startProcess({
    name,
    command: globalThis.process.execPath,
    cwd: home,
    args: [
      ...[...imageFlags, bundle, command, '--kubeconfig', kubeconfig],
      ...['--telemetry-host', '127.0.0.1', '--telemetry-port', String(telemetryPort)],
      ...args,
    ],
    env: { NODE_ENV: 'production' },
    ready: () => isReady(telemetry),
    timeoutMs: 120_000,
  });
  return { process, port, telemetry, startedMs: performance.now() - startedAt };
}
