import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controllerPermissions, leaderPermissions } from '../../src/controllers/index.ts';
import { builtInTable } from '../../src/workloads/index.ts';
import type { PreviewAddress } from '../preview/preview-client.ts';
import type { TestCluster } from './cluster.ts';
import { controllerUser, fileArgs, installationNamespace, tableOf } from './install.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { waitFor } from './waiting.ts';

export interface ControllerInstallation {
  /** Tells several controllers of one suite apart; also its identity in the Lease. */
  readonly name?: string;
  /** Where the Lease is, so that controllers of other suites are not waited for; a namespace of its own if absent. */
  readonly leaseNamespace?: string;
  /** Time between scheduled imports, such as `3s`; the program's default if absent. */
  readonly interval?: string;
  /** File with authorities of registries, PEM. */
  readonly registryCa?: string;
  /** What `--mirrors` reads. */
  readonly mirrors?: unknown;
  /** Serves previews. */
  readonly previews?: boolean;
  /** What `--workload-kinds` reads. */
  readonly workloadKinds?: object;
  /** Options of `imagestreams controller` beside those that installing needs. */
  readonly args?: readonly string[];
  /** Of health and metrics, when that of a former process is free again; another free one if absent. */
  readonly telemetryPort?: number;
  /** Leads the process to the API server by another way than its kubeconfig does: gives that of the other way. */
  readonly through?: (kubeconfig: string) => Promise<string>;
}

/** A controller that serves a cluster. */
export interface InstalledController {
  readonly process: SupervisedProcess;
  readonly leaseNamespace: string;
  /** Base URL of health and metrics. */
  readonly telemetry: string;
  /** Sum of a metric over all its labels, or over those in which the pattern is found; 0 when there is none. */
  metric(name: string, labels?: RegExp): Promise<number>;
  /** Whether this process leads now. */
  leads(): Promise<boolean>;
  /** Where it serves previews, if it does. */
  readonly previews: PreviewAddress | undefined;
}

const home = join(import.meta.dirname, '..', '..');

/** Starts the controller as a process with its own account's rights; it is ready, but others may lead. */
export async function installController(
  cluster: TestCluster,
  installation: ControllerInstallation = {},
): Promise<InstalledController> {
  const { name = 'controller', args = [], previews = false, workloadKinds, through } = installation;
  const workloads = workloadKinds === undefined ? builtInTable : tableOf(workloadKinds);
  const leaseNamespace = installation.leaseNamespace ?? (await freshStart(cluster));
  await cluster.grant({ user: controllerUser, rules: controllerPermissions({ previews, workloads }) });
  await cluster.grant({ user: controllerUser, namespace: leaseNamespace, rules: leaderPermissions });
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${installationNamespace}`];
  const direct = await cluster.kubeconfigFor({ user: controllerUser, groups });
  const kubeconfig = through === undefined ? direct : await through(direct);
  const directory = join(cluster.directory, `previews-${name}`);
  const port = previews ? await cluster.takePort() : undefined;
  const telemetryPort = installation.telemetryPort ?? (await cluster.takePort());
  const telemetry = `http://127.0.0.1:${telemetryPort}`;
  const process = await cluster.startProcess({
    name,
    command: globalThis.process.execPath,
    cwd: home,
    args: [
      ...['src/cli/main.ts', 'controller', '--kubeconfig', kubeconfig],
      ...['--telemetry-host', '127.0.0.1', '--telemetry-port', String(telemetryPort)],
      ...['--namespace', leaseNamespace, '--identity', name],
      // the registries of the tests listen there, where those of real clusters never do
      ...['--allow-address', '127.0.0.0/8'],
      ...['--registry-rate', '500', '--registry-rate-total', '1000'],
      ...settingArgs(cluster, name, installation),
      ...(port === undefined ? [] : previewArgs(directory, port)),
      ...args,
    ],
    // a suite need not wait until it has handed over
    disposable: true,
    ready: async () => (await fetch(`${telemetry}/readyz`)).ok,
  });
  const metric = (which: string, labels?: RegExp) => metricOf(telemetry, which, labels);
  const leads = async () => (await metric('imagestreams_leader')) === 1;
  const served =
    port === undefined ? undefined : { port, ca: readFileSync(join(directory, 'ca.crt'), 'utf8') };
  return { process, leaseNamespace, telemetry, metric, leads, previews: served };
}

/**
 * Takes away the streams that other suites have left: they are nobody's any more, and their registries may be real ones.
 *
 * @returns a namespace for the Lease
 */
async function freshStart(cluster: TestCluster): Promise<string> {
  await cluster.kubectl(['delete', 'imagestreams', '--all', '--all-namespaces', '--wait=false']);
  return await cluster.namespace();
}

/** The same, and waits until it leads. */
export async function installLeader(
  cluster: TestCluster,
  installation: ControllerInstallation = {},
): Promise<InstalledController> {
  const controller = await installController(cluster, installation);
  await waitFor('the controller to lead', () => controller.leads());
  return controller;
}

function settingArgs(
  cluster: TestCluster,
  name: string,
  { interval, registryCa, mirrors, workloadKinds }: ControllerInstallation,
): readonly string[] {
  const { directory } = cluster;
  return [
    ...(interval === undefined ? [] : ['--import-interval', interval, '--minimum-import-interval', '1s']),
    ...(registryCa === undefined ? [] : ['--registry-ca', registryCa]),
    ...fileArgs(directory, '--mirrors', mirrors, `mirrors-${name}`),
    ...fileArgs(directory, '--workload-kinds', workloadKinds, `workload-kinds-${name}`),
  ];
}

function previewArgs(directory: string, port: number): readonly string[] {
  return [
    ...['--preview-host', '127.0.0.1', '--preview-port', String(port)],
    ...['--preview-generate-certificate', directory],
  ];
}

async function metricOf(telemetry: string, name: string, labels = /^/): Promise<number> {
  const text = await (await fetch(`${telemetry}/metrics`)).text();
  const lines = [...text.matchAll(new RegExp(`^${name}(\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  return lines
    .filter(([, found = '']) => labels.test(found))
    .reduce((sum, [, , value]) => sum + Number(value), 0);
}
