import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Clock, systemClock } from './clock.ts';
import { type Connection, ConnectionError } from './connection.ts';
import { serviceAccountConnection, serviceAccountDirectory } from './service-account.ts';

/** Where to look for the API server. */
export interface ConnectOptions {
  /** An explicit kubeconfig; nothing else is looked at then. */
  readonly kubeconfig?: string | undefined;
  /** Context to use instead of the kubeconfig's current one. */
  readonly context?: string | undefined;
  /** Stands for the kubelet's mount of the service account. */
  readonly serviceAccountDirectory?: string | undefined;
  /** `KUBECONFIG`, `KUBERNETES_SERVICE_HOST` and `_PORT` are read from here; `process.env` unless given. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Finds the API server as Kubernetes controllers do: the given kubeconfig, then `KUBECONFIG`, then the pod's own
 * service account, then `~/.kube/config`.
 * @throws ConnectionError
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const env = options.env ?? process.env;
  if (options.kubeconfig !== undefined) return await fromFiles([options.kubeconfig], options.context);
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) {
    const existing = listed.filter((file) => existsSync(file));
    return await fromFiles(existing.length > 0 ? existing : listed, options.context);
  }
  if (options.context === undefined && env['KUBERNETES_SERVICE_HOST']) {
    const directory = options.serviceAccountDirectory ?? serviceAccountDirectory;
    return await serviceAccountConnection(env, directory, options.clock ?? systemClock);
  }
  const own = join(env['HOME'] ?? homedir(), '.kube', 'config');
  if (existsSync(own)) return await fromFiles([own], options.context);
  throw new ConnectionError(
    'NoConfiguration',
    `No cluster is configured: no kubeconfig was given, KUBECONFIG is not set, this is not a pod, and there is no ${own}.`,
  );
}

async function fromFiles(files: readonly string[], context: string | undefined): Promise<Connection> {
  // Imported here so that a pod never pays for client-node.
  const { kubeconfigConnection } = await import('./kubeconfig.ts');
  return kubeconfigConnection(files, context);
}
