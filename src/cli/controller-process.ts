import {
  AccessReviews,
  ApiClient,
  EventRecorder,
  LeaderElection,
  notCurrent,
  sleep,
  systemClock,
} from '../cluster/index.ts';
import {
  ControllerMetrics,
  ForeignStreams,
  PullSecrets,
  RegistryImporter,
  StreamController,
  TrackedStreams,
  TriggerMetrics,
  type TriggerPreviewsOptions,
} from '../controllers/index.ts';
import { createLogger, type Logger, metricsRegistry } from '../telemetry/index.ts';
import { CertificateKeeping } from './certificate-keeping.ts';
import { rotationSettings } from './certificate-options.ts';
import { type ControllerOptions, controllerSettings } from './controller-options.ts';
import {
  aborted,
  listening,
  placeOf,
  reporterOf,
  stopOnSignal,
  telemetryOf,
} from './controller-surroundings.ts';
import { PreviewProcess } from './preview-process.ts';
import { registryOf } from './registry-connection.ts';
import { tracingOf } from './tracing-options.ts';
import { userAgent } from './version.ts';
import { workloadsOf } from './workload-kinds.ts';
import { WorkloadTracking } from './workload-tracking.ts';

/** Tags of a whole repository that are looked at to choose from. */
const mostTags = 10_000;

/** One that has listed the streams should lead, but certificates cannot wait for streams that are never listed. */
const patienceMs = 5_000;

/** Runs until a signal ends it: stands for election, and keeps the streams current while it leads. */
export async function runController(options: ControllerOptions): Promise<void> {
  const logger = await createLogger({ level: options.logLevel });
  const settings = controllerSettings(options);
  const rotation = rotationSettings(options);
  const kinds = await workloadsOf(options);
  const { registryClient, ownCredentials, mayReadSecrets } = await registryOf(options);
  const { connection, namespace } = await placeOf(options);
  const tracing = await tracingOf(options, 'imagestreams-controller', logger);
  const client = new ApiClient({ connection, userAgent, tracing });
  const registry = metricsRegistry();
  const metrics = new ControllerMetrics(registry);
  const streams = new TrackedStreams(client, logger);
  const workloads = options.triggers ? new WorkloadTracking(client, kinds, logger) : undefined;
  const followed = new TriggerMetrics(registry, options);
  const { identity, leaseName } = options;
  // workloads get their images before anybody is told of it
  const busy = () => workloads?.busy === true;
  const events = new EventRecorder({ client, ...reporterOf(identity), busy, logger });
  const certificates =
    rotation && new CertificateKeeping({ client, settings: rotation, events, registry, logger });
  const telemetry = telemetryOf(registry, logger, () =>
    notCurrent('image streams', streams.reflector.health, systemClock.now()),
  );
  const onChange = (leading: boolean) => metrics.leads(leading);
  const election = new LeaderElection({ client, namespace, name: leaseName, identity, logger, onChange });
  const stop = stopOnSignal(logger);
  let preview: PreviewProcess | undefined;
  try {
    const telemetryPort = await listening(telemetry, options);
    logger.info({ telemetryPort, namespace, leaseName, identity }, 'the controller stands for election');
    const access = new AccessReviews({ client });
    const foreign = new ForeignStreams({ client, access, tracked: streams });
    const known = () => listedOf(workloads, { streams, foreign, settings, access });
    preview = await PreviewProcess.start({ options, connection, client, known, registry, logger });
    streams.reflector.start();
    await Promise.race([streams.reflector.whenSynced(), sleep(systemClock, patienceMs, stop)]);
    const secrets = new PullSecrets(client, systemClock, logger, mayReadSecrets);
    await election.run(async (signal) => {
      const endCertificates = certificates?.lead();
      await Promise.race([streams.reflector.whenSynced(), aborted(signal)]);
      const importer = new RegistryImporter({
        ...{ registry: registryClient, secrets, ownCredentials },
        ...importerSettings(options, logger),
      });
      const controller = new StreamController({
        ...{ client, streams, foreign, importer, events, settings, metrics, logger, tracing },
        followers: workloads && ((stream, tag) => workloads.followers(stream, tag)),
        clock: systemClock,
        random: Math.random,
      });
      const endTriggers = workloads?.lead({
        ...{ client, streams, access, events, metrics: followed, logger, tracing },
        ownNamespace: namespace,
      });
      if (!signal.aborted) controller.start();
      await aborted(signal);
      await Promise.all([controller.stop(), endTriggers?.(), endCertificates?.()]);
    }, stop);
  } finally {
    await preview?.close();
    await streams.reflector.stop();
    await workloads?.stop();
    await events.close();
    await registryClient.close();
    await telemetry.close();
    client.close();
    await tracing?.close();
  }
}

function importerSettings({ minimumImportInterval }: ControllerOptions, logger: Logger) {
  return {
    mostTags,
    keepMs: Math.min(15_000, minimumImportInterval / 4),
    clock: systemClock,
    onProblem: (namespace: string, problem: string) => logger.warn({ namespace }, problem),
  };
}

/** Undefined until all that previews look at has been listed. */
function listedOf(
  tracking: WorkloadTracking | undefined,
  known: Omit<TriggerPreviewsOptions, 'workloads' | 'clock' | 'streams'> & {
    readonly streams: TrackedStreams;
  },
): TriggerPreviewsOptions | undefined {
  const workloads = known.streams.reflector.synced ? tracking?.listed : undefined;
  return workloads && { ...known, workloads, clock: systemClock };
}
