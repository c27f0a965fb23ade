import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Binaries } from './binaries.ts';
import { type Credentials, createCredentials, type Identity } from './credentials.ts';
import { answers } from './health.ts';
import { type Endpoint, writeKubeconfig } from './kubeconfig.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import type { Supervision } from './supervision.ts';

/** What the parts of a control plane share while they are started. */
export interface ControlPlane extends Endpoint {
  readonly binaries: Binaries;
  readonly supervision: Supervision;
  readonly credentials: Credentials;
  readonly apiServerPort: number;
  /** The address of etcd. */
  readonly etcd: string;
  /** A member of `system:masters`. */
  readonly kubeconfig: string;
}

const LOOPBACK = '127.0.0.1';

/** The Unix socket in the cluster's directory to which the API server sends what it wants to reach in the cluster. */
export const CLUSTER_SOCKET = 'cluster.sock';

/** Makes keys, certificates and the first kubeconfig; starts nothing yet. */
export async function layOutControlPlane(
  binaries: Binaries,
  supervision: Supervision,
): Promise<ControlPlane> {
  const credentials = await createCredentials(supervision.directory);
  const apiServerPort = supervision.takePort();
  const endpoint = { apiServer: `https://${LOOPBACK}:${apiServerPort}`, authority: credentials.authority };
  const admin: Identity = { user: 'admin', groups: ['system:masters'] };
  const kubeconfig = await writeKubeconfig(supervision.directory, 'admin', endpoint, admin);
  const etcd = `http://${LOOPBACK}:${supervision.takePort()}`;
  return { ...endpoint, binaries, supervision, credentials, apiServerPort, etcd, kubeconfig };
}

/** Starts etcd on loopback. */
export async function startEtcd({ binaries, supervision, etcd: clients }: ControlPlane): Promise<void> {
  const peers = `http://${LOOPBACK}:${supervision.takePort()}`;
  const args = [
    '--name=test',
    `--data-dir=${join(supervision.directory, 'etcd')}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=test=${peers}`,
    // Nobody needs this data after a power cut.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
  const etcd = await supervision.start({
    name: 'etcd',
    command: binaries.paths.etcd,
    args,
    disposable: true,
  });
  await etcd.ready(() => answers(`${clients}/health`));
}

/** Starts an API server with real authorization: only `system:masters` may do what no role allows. */
export async function startApiServer(
  plane: ControlPlane,
  more: readonly string[] = [],
): Promise<SupervisedProcess> {
  const { supervision, binaries, credentials, apiServerPort, apiServer, etcd } = plane;
  const args = [
    `--etcd-servers=${etcd}`,
    `--bind-address=${LOOPBACK}`,
    `--secure-port=${apiServerPort}`,
    // A loopback address is refused as an endpoint of the Service "kubernetes".
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--authorization-mode=RBAC',
    '--allow-privileged',
    `--egress-selector-config-file=${writeEgressSelection(supervision.directory)}`,
    `--tls-cert-file=${credentials.serving.certificateFile}`,
    `--tls-private-key-file=${credentials.serving.keyFile}`,
    `--client-ca-file=${credentials.authority.certificateFile}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${credentials.serviceAccountKeyFile}`,
    `--service-account-signing-key-file=${credentials.serviceAccountKeyFile}`,
    `--requestheader-client-ca-file=${credentials.proxyAuthority.certificateFile}`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${credentials.proxyClient.certificateFile}`,
    `--proxy-client-key-file=${credentials.proxyClient.keyFile}`,
    ...more,
  ];
  const server = await supervision.start({
    name: 'kube-apiserver',
    command: binaries.paths['kube-apiserver'],
    args,
    disposable: true,
  });
  await server.ready(() => answers(`${apiServer}/readyz`));
  return server;
}

/** Addresses of Services, pods and nodes lead to the node agent's socket; a webhook that is registered by URL is called as ever. */
function writeEgressSelection(directory: string): string {
  const file = join(directory, 'egress-selection.yaml');
  const connection = {
    proxyProtocol: 'HTTPConnect',
    transport: { uds: { udsName: join(directory, CLUSTER_SOCKET) } },
  };
  const selection = {
    apiVersion: 'apiserver.k8s.io/v1beta1',
    kind: 'EgressSelectorConfiguration',
    egressSelections: [{ name: 'cluster', connection }],
  };
  writeFileSync(file, stringify(selection));
  return file;
}

/** Starts the controllers, each with its own service account as in a real cluster. */
export function startControllerManager(plane: ControlPlane): Promise<SupervisedProcess> {
  const { credentials } = plane;
  return startClient(plane, 'kube-controller-manager', [
    '--use-service-account-credentials',
    `--service-account-private-key-file=${credentials.serviceAccountKeyFile}`,
    `--root-ca-file=${credentials.authority.certificateFile}`,
    // Signs certificate requests, as a real cluster does.
    `--cluster-signing-cert-file=${credentials.authority.certificateFile}`,
    `--cluster-signing-key-file=${credentials.authority.keyFile}`,
  ]);
}

export function startScheduler(plane: ControlPlane): Promise<SupervisedProcess> {
  return startClient(plane, 'kube-scheduler', []);
}

async function startClient(
  { supervision, binaries, credentials, kubeconfig }: ControlPlane,
  name: 'kube-controller-manager' | 'kube-scheduler',
  more: readonly string[],
): Promise<SupervisedProcess> {
  const port = supervision.takePort();
  const args = [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    // The default of 20 requests a second alone would take half of the starting time.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    `--bind-address=${LOOPBACK}`,
    `--secure-port=${port}`,
    `--tls-cert-file=${credentials.serving.certificateFile}`,
    `--tls-private-key-file=${credentials.serving.keyFile}`,
    ...more,
  ];
  const client = await supervision.start({ name, command: binaries.paths[name], args, disposable: true });
  await client.ready(() => answers(`https://${LOOPBACK}:${port}/healthz`));
  return client;
}
