import type { Logger, TelemetryServer } from '../telemetry/index.ts';
import type { ControllerOptions } from './controller-options.ts';
import { listeningError } from './listening-error.ts';
import { stopSignal } from './signals.ts';

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
