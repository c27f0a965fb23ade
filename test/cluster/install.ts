import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import {
  type AdmissionSettings,
  defaultSettings,
  webhookConfigurations,
  webhookPermissions,
} from '../../src/admission/index.ts';
import {
  imageStreamClusterRoles,
  imageStreamCustomResource,
  imageStreamGroup,
  storedVersionGuard,
} from '../../src/imagestream/index.ts';
import { imagePolicy } from '../../src/policy/index.ts';
import { builtInTable, type WorkloadTable, workloadTable } from '../../src/workloads/index.ts';
import type { TestCluster } from './cluster.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { waitFor } from './waiting.ts';

const home = join(import.meta.dirname, '..', '..');

/** The namespace of this project's own parts. */
export const installationNamespace = 'imagestreams';

const controllerAccount = { namespace: installationNamespace, name: 'imagestreams-controller' };

/** The account that alone may write `v1stored`. */
export const controllerUser = `system:serviceaccount:${controllerAccount.namespace}:${controllerAccount.name}`;

/** Installs what belongs to the whole cluster: the CRD, the guard of its stored version, the controller's account and rights. */
export async function installDefinitions(cluster: TestCluster): Promise<void> {
  const objects = [
    imageStreamCustomResource,
    ...imageStreamClusterRoles,
    ...storedVersionGuard(controllerAccount),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: installationNamespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: controllerAccount },
  ];
  await apply(cluster, objects);
  await cluster.kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  await cluster.grant({
    user: controllerUser,
    rules: [{ apiGroups: [imageStreamGroup], resources: ['imagestreams'], verbs: ['*'] }],
  });
  await waitFor('the guard of v1stored to be in force', async () => {
    const object = {
      apiVersion: `${imageStreamGroup}/v1stored`,
      kind: 'ImageStream',
      metadata: { name: 'probe' },
    };
    const args = ['create', '--dry-run=server', '-n', 'default', '-f', '-'];
    const { code } = await cluster.kubectl(args, { input: JSON.stringify(object), allowFailure: true });
    return code !== 0;
  });
}

export interface WebhookInstallation {
  /** Distinguishes several webhooks in one cluster; each then looks only at namespaces with its label. */
  readonly name?: string;
  /** Options of `imagestreams webhook` beside those that installing needs. */
  readonly args?: readonly string[];
  /** An ImagePolicyConfig. */
  readonly policy?: object;
  /** What `--workload-kinds` reads. */
  readonly workloadKinds?: object;
  /** One that is not handed to the process, only the registration is made for it. */
  readonly registeredFor?: object;
  readonly settings?: Partial<AdmissionSettings>;
  /** Leads the process to the API server by another way than its kubeconfig does: gives that of the other way. */
  readonly through?: (kubeconfig: string) => Promise<string>;
  /** What is registered in place of the process. */
  readonly behind?: (origin: string) => { readonly url: string; readonly caBundle: string };
}

/** A webhook that serves a cluster. */
export interface InstalledWebhook {
  readonly process: SupervisedProcess;
  /** Labels of the namespaces it looks at. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** `https://127.0.0.1:PORT` */
  readonly origin: string;
  /** Base URL of health and metrics. */
  readonly telemetry: string;
  /** Reviews answered since its start, by `webhook verdict kind`. */
  reviews(): Promise<ReadonlyMap<string, number>>;
}

const webhookLabel = 'test.imagestreams.io/webhook';

/** Labels of the namespaces that a webhook of that name looks at. */
export function labelsOf(name: string): Readonly<Record<string, string>> {
  return { [webhookLabel]: name };
}

/** Starts the webhook as a process with its own account's rights, and registers it with the API server. */
export async function installWebhook(
  cluster: TestCluster,
  installation: WebhookInstallation = {},
): Promise<InstalledWebhook> {
  const { name, args = [], policy, registeredFor = policy, workloadKinds } = installation;
  const { settings = {}, through, behind } = installation;
  const identity = name ?? 'imagestreams';
  const directory = join(cluster.directory, `webhook-${identity}`);
  mkdirSync(directory, { mode: 0o700 });
  const all = {
    ...defaultSettings,
    ...settings,
    ...(registeredFor === undefined && workloadKinds === undefined
      ? {}
      : { policy: loaded(registeredFor, workloadKinds) }),
  };
  const user = `system:serviceaccount:${installationNamespace}:${identity}-webhook`;
  await cluster.grant({ user, rules: webhookPermissions(all) });
  const direct = await cluster.kubeconfigFor({ user, groups: ['system:serviceaccounts'] });
  const kubeconfig = through === undefined ? direct : await through(direct);
  const [port, telemetryPort] = [await cluster.takePort(), await cluster.takePort()];
  const telemetry = `http://127.0.0.1:${telemetryPort}`;
  const process = await cluster.startProcess({
    name: `webhook-${identity}`,
    command: globalThis.process.execPath,
    cwd: home,
    args: [
      ...['src/cli/main.ts', 'webhook', '--kubeconfig', kubeconfig],
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...['--telemetry-host', '127.0.0.1', '--telemetry-port', String(telemetryPort)],
      ...['--generate-certificate', directory, '--drain-seconds', '0'],
      ...fileArgs(directory, '--policy', policy),
      ...fileArgs(directory, '--workload-kinds', workloadKinds),
      ...args,
    ],
    ready: async () => (await fetch(`${telemetry}/readyz`)).ok,
  });
  const namespaceLabels: Readonly<Record<string, string>> =
    name === undefined ? {} : { [webhookLabel]: name };
  const origin = `https://127.0.0.1:${port}`;
  const { url, caBundle } =
    behind === undefined
      ? { url: origin, caBundle: readFileSync(join(directory, 'ca.crt'), 'utf8') }
      : behind(origin);
  const configurations = webhookConfigurations({
    name: identity,
    address: { url },
    caBundle,
    settings: all,
    excludedNamespaces: [installationNamespace],
  });
  await apply(
    cluster,
    name === undefined ? configurations : configurations.map((each) => labelled(each, name)),
  );
  await inForce(cluster, namespaceLabels);
  return { process, namespaceLabels, origin, telemetry, reviews: () => reviewsOf(telemetry) };
}

function loaded(policy: object | undefined, workloadKinds: object | undefined) {
  const workloads = workloadKinds === undefined ? builtInTable : tableOf(workloadKinds);
  const result = imagePolicy(policy, { workloads });
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.policy;
}

/** The table that a program makes of its `--workload-kinds`. */
export function tableOf(workloadKinds: object): WorkloadTable {
  const result = workloadTable(workloadKinds);
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.workloads;
}

/** An option that names a file, and the file. */
export function fileArgs(
  directory: string,
  option: `--${string}`,
  document: unknown,
  name = option.slice(2),
): readonly string[] {
  if (document === undefined) return [];
  const file = join(directory, `${name}.yaml`);
  writeFileSync(file, stringify(document));
  return [option, file];
}

/** Limits a registration to namespaces that carry the webhook's label. */
export function labelled(configuration: object, name: string): object {
  const copy = parse(stringify(configuration, { aliasDuplicateObjects: false })) as {
    webhooks: { namespaceSelector: { matchExpressions: object[] } }[];
  };
  for (const { namespaceSelector } of copy.webhooks) {
    namespaceSelector.matchExpressions.push({ key: webhookLabel, operator: 'In', values: [name] });
  }
  return copy;
}

/** A registration takes effect in the API server a moment after it is stored. */
async function inForce(cluster: TestCluster, labels: Readonly<Record<string, string>>): Promise<void> {
  const namespace = await cluster.namespace(labels);
  const spec = { containers: [{ name: 'main', image: 'quay.io/example/app:1' }] };
  const annotations = { 'image.openshift.io/triggers': 'no JSON' };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'probe', annotations }, spec };
  await waitFor('the webhooks to be in force', async () => {
    const args = ['create', '--dry-run=server', '-n', namespace, '-f', '-'];
    const { stderr } = await cluster.kubectl(args, { input: JSON.stringify(pod), allowFailure: true });
    return stderr.includes('is invalid: ');
  });
  const stream = {
    apiVersion: `${imageStreamGroup}/v1`,
    kind: 'ImageStream',
    metadata: { name: 'probe' },
    spec: { tags: [{ name: 'latest', from: { kind: 'ImageStreamTag', name: 'other' } }] },
  };
  await waitFor('the mutating one to be in force', async () => {
    const args = ['create', '--dry-run=server', '-n', namespace, '-o', 'json', '-f', '-'];
    const { stdout } = await cluster.kubectl(args, { input: JSON.stringify(stream) });
    return stdout.includes('"importMode"');
  });
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']);
}

async function reviewsOf(telemetry: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${telemetry}/metrics`)).text();
  const pattern =
    /^imagestreams_admission_reviews_total\{webhook="(\w+)",verdict="(\w+)",kind="(\w+)"\} (\d+)$/gm;
  return new Map(
    [...text.matchAll(pattern)].map(([, webhook, verdict, kind, count]) => [
      `${webhook} ${verdict} ${kind}`,
      Number(count),
    ]),
  );
}

async function apply(cluster: TestCluster, objects: readonly object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(list) });
}
