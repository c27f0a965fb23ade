import { ApiClient, EventRecorder, LeaderElection } from '../cluster/index.ts';
import { ControllerMetrics } from '../controllers/index.ts';
import { createLogger, metricsRegistry } from '../telemetry/index.ts';
import { CertificateKeeping } from './certificate-keeping.ts';
import { rotationSettings } from './certificate-options.ts';
import type { ControllerOptions } from './controller-options.ts';
import {
  aborted,
  listening,
  placeOf,
  reporterOf,
  stopOnSignal,
  telemetryOf,
} from './controller-surroundings.ts';
import { UsageError } from './usage-error.ts';
import { userAgent } from './version.ts';

/** A controller of a cluster whose image streams somebody else keeps: runs until a signal ends it, and keeps the webhook's certificates. */
export async function runCertificates(options: ControllerOptions): Promise<void> {
  const logger = await createLogger({ level: options.logLevel });
  const rotation = rotationSettings(options);
  if (rotation === undefined) {
    throw new UsageError(
      '--no-image-streams leaves nothing to do; give --webhook-certificate-secret as well',
    );
  }
  const { connection, namespace } = await placeOf(options);
  const client = new ApiClient({ connection, userAgent });
  const registry = metricsRegistry();
  const metrics = new ControllerMetrics(registry);
  const { identity, leaseName } = options;
  const events = new EventRecorder({ client, ...reporterOf(identity), logger });
  const certificates = new CertificateKeeping({ client, settings: rotation, events, registry, logger });
  const telemetry = telemetryOf(registry, logger);
  const onChange = (leading: boolean) => metrics.leads(leading);
  const election = new LeaderElection({ client, namespace, name: leaseName, identity, logger, onChange });
  const stop = stopOnSignal(logger);
  try {
    const telemetryPort = await listening(telemetry, options);
    logger.info({ telemetryPort, namespace, leaseName, identity }, 'the controller stands for election');
    await election.run(async (signal) => {
      const end = certificates.lead();
      await aborted(signal);
      await end();
    }, stop);
  } finally {
    await events.close();
    await telemetry.close();
    client.close();
  }
}
