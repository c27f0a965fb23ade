import { type Connection, connect } from '../cluster/index.ts';
import {
  HealthChecks,
  type Logger,
  measureHealth,
  type Registry,
  TelemetryServer,
} from '../telemetry/index.ts';
import type { ControllerOptions } from './controller-options.ts';
import { listeningError } from './listening-error.ts';
import { stopSignal } from './signals.ts';
import { UsageError } from './usage-error.ts';

/** The cluster, and the namespace of the Lease in it. @throws UsageError when nothing tells the latter */
export async function placeOf({
  kubeconfig,
  namespace: given,
}: ControllerOptions): Promise<{ readonly connection: Connection; readonly namespace: string }> {
  const connection = await connect({ kubeconfig });
  const namespace = given ?? connection.namespace;
  if (namespace === undefined) throw new UsageError('give --namespace, where the Lease is to be');
  return { connection, namespace };
}

/** How the controller names itself in Events. */
export function reporterOf(identity: string) {
  return { reportingController: 'imagestreams.io/controller', reportingInstance: identity };
}

export function stopOnSignal(logger: Logger): AbortSignal {
  const stop = new AbortController();
  void stopSignal().then((signal) => {
    logger.info({ signal }, 'shutting down');
    stop.abort();
  });
  return stop.signal;
}

/** Alive while it answers. @param streams gives undefined when they are known, else why not; absent where none are looked at */
export function telemetryOf(
  registry: Registry,
  logger: Logger,
  streams?: () => string | undefined,
): TelemetryServer {
  const health = new HealthChecks();
  health.add('live', 'ping', () => undefined);
  if (streams !== undefined) health.add('ready', 'streams', streams);
  measureHealth(registry, health);
  return new TelemetryServer({ health, registry, logger });
}

export async function listening(
  server: TelemetryServer,
  { telemetryHost, telemetryPort }: ControllerOptions,
): Promise<number> {
  const address = { host: telemetryHost, port: telemetryPort };
  try {
    return await server.listen(address);
  } catch (error) {
    throw listeningError(error, { ...address, option: '--telemetry-port' });
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
