import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceAccountDirectory } from '../../src/cluster/service-account.ts';
import type { SupervisedProcess, Supervision } from '../../test/cluster/index.ts';
import { imageFlags } from '../admission/webhook.ts';

const bundle = join(import.meta.dirname, '../../dist/imagestreams.js');

export interface Pod {
  readonly name: string;
  /** `https://127.0.0.1:PORT` */
  readonly apiServer: string;
  readonly caFile: string;
  readonly token: string;
  readonly namespace: string;
  /** Command and options of the program. */
  readonly args: readonly string[];
}

/** A program that runs as in a pod. */
export interface RunningPod {
  readonly process: SupervisedProcess;
  readonly telemetry: string;
}

/**
 * Starts the bundle as the image does, with a service account where the kubelet would put it: in a mount namespace of its own
 * (`unshare`), so that this machine has none. With a kubeconfig it would load what a pod never does.
 */
export async function startPod(supervision: Supervision, pod: Pod): Promise<RunningPod> {
  const { name, apiServer, caFile, token, namespace, args } = pod;
  const account = join(supervision.directory, `account-${name}`);
  mkdirSync(account, { mode: 0o700 });
  copyFileSync(caFile, join(account, 'ca.crt'));
  chmodSync(join(account, 'ca.crt'), 0o600);
  writeFileSync(join(account, 'token'), token, { mode: 0o600 });
  writeFileSync(join(account, 'namespace'), namespace);
  const { hostname, port } = new URL(apiServer);
  const telemetryPort = String(supervision.takePort());
  const [parent] = serviceAccountDirectory.split('/serviceaccount');
  // $1 is the account; what follows it replaces the shell, which keeps the process's id
  const script = `mount -t tmpfs none /run && mkdir -p ${parent} && cp -r "$1" ${serviceAccountDirectory} && shift && exec "$@"`;
  const child = await supervision.start({
    name,
    command: 'unshare',
    args: [
      ...['--map-root-user', '--mount', 'sh', '-c', script, 'sh', account],
      ...[process.execPath, ...imageFlags, bundle, ...args],
      ...['--telemetry-host', '127.0.0.1', '--telemetry-port', telemetryPort],
    ],
    env: { NODE_ENV: 'production', KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port },
  });
  return { process: child, telemetry: `http://127.0.0.1:${telemetryPort}` };
}
