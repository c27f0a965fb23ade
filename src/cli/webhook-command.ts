import { Command, InvalidArgumentError, Option } from 'commander';
import { measureImportWaits, measureStreams } from '../admission/index.ts';
import { measureLives } from '../certificates/index.ts';
import { ApiClient, connect, systemClock } from '../cluster/index.ts';
import { createLogger, LOG_LEVELS, type LogLevel, metricsRegistry } from '../telemetry/index.ts';
import { ClientAuthentication, type ClientOptions, withClientOptions } from './client-authentication.ts';
import { clusterSurroundings } from './cluster-surroundings.ts';
import { portNumber } from './port-number.ts';
import { type SettingsOptions, settingsOf, withSettings } from './settings.ts';
import { stopSignal } from './signals.ts';
import { type TracingCommandOptions, tracingOf, withTracingOptions } from './tracing-options.ts';
import { userAgent } from './version.ts';
import {
  type WebhookCertificateOptions,
  webhookCertificate,
  withCertificateSource,
} from './webhook-certificate.ts';
import { webhookPolicy } from './webhook-policy.ts';
import { WebhookProcess } from './webhook-process.ts';

interface WebhookOptions
  extends SettingsOptions,
    WebhookCertificateOptions,
    ClientOptions,
    TracingCommandOptions {
  readonly kubeconfig?: string;
  readonly host: string;
  readonly port: number;
  readonly telemetryHost: string;
  readonly telemetryPort: number;
  readonly policyConfigMap?: string;
  readonly webhookConfiguration?: string;
  readonly drainSeconds: number;
  readonly logLevel: LogLevel;
}

/** A review may ask three times in a row, and the API server waits five seconds: the user is to get our sentence, not its. */
const lookupTimeoutMs = 1_200;

/** `imagestreams webhook`: the admission webhook of a cluster. */
export function webhookCommand(): Command {
  return withSettings(
    withTracingOptions(
      withClientOptions(
        withCertificateSource(
          new Command('webhook')
            .description('serve the admission webhook of a cluster, with image streams watched there')
            .option(
              '--kubeconfig <file>',
              'how to reach the API server (default: KUBECONFIG, the pod, ~/.kube/config)',
            )
            .option('--host <address>', 'address to serve HTTPS on', '0.0.0.0')
            .option('--port <port>', 'port to serve HTTPS on; 0 for any free one', portNumber, 8443)
            .option(
              '--telemetry-host <address>',
              'address of /livez, /readyz and /metrics (plain HTTP)',
              '0.0.0.0',
            )
            .option('--telemetry-port <port>', 'port of the same; 0 for any free one', portNumber, 8080)
            .addOption(
              new Option(
                '--policy-config-map <namespace/name>',
                'ConfigMap with an ImagePolicyConfig at the key policy.yaml; changes count at once',
              ).conflicts('policy'),
            )
            .option(
              '--webhook-configuration <name>',
              'webhook configurations of this webhook; said loudly when they do not fit the policy',
            )
            .option('--drain-seconds <seconds>', 'time to go on serving after SIGTERM', seconds, 5)
            .addOption(new Option('--log-level <level>').choices(LOG_LEVELS).default('info')),
        ),
      ),
    ),
  ).action((options: WebhookOptions) => serveWebhook(options));
}

async function serveWebhook(options: WebhookOptions): Promise<void> {
  const logger = await createLogger({ level: options.logLevel });
  const settings = await settingsOf(options, (message) => logger.warn(message));
  const connection = await connect({ kubeconfig: options.kubeconfig });
  const tracing = await tracingOf(options, 'imagestreams-webhook', logger);
  const client = new ApiClient({ connection, userAgent, timeoutMs: lookupTimeoutMs, tracing });
  const certificate = await webhookCertificate(options, client, logger);
  const clients = await ClientAuthentication.of(options, logger);
  const registry = metricsRegistry();
  measureLives(registry, () => ({ serving: certificate.life }), client.serverNow);
  const policyFollows = options.policyConfigMap !== undefined;
  const cluster = clusterSurroundings({ client, settings, logger, policyFollows });
  const policy = webhookPolicy({ ...options, client, cluster, settings, registry, logger });
  measureStreams(registry, {
    size: () => cluster.streams.size,
    secondsSinceEvent: () =>
      (systemClock.now() - (cluster.streams.reflector.lastEventAt ?? Number.NaN)) / 1000,
  });
  measureImportWaits(registry, cluster.firstImports);
  const webhook = new WebhookProcess({
    around: () => cluster.around,
    certificate,
    clients,
    admission: { host: options.host, port: options.port },
    telemetry: { host: options.telemetryHost, port: options.telemetryPort },
    registry,
    logger,
    tracing,
    ready: () => policy.ready() ?? cluster.ready(),
    now: client.serverNow,
  });
  const stop = stopSignal();
  let drainSeconds = 0;
  try {
    cluster.start();
    policy.start();
    logger.info(await webhook.listen(), 'the admission webhook is serving');
    const signal = await stop;
    drainSeconds = options.drainSeconds;
    logger.info({ signal, drainSeconds }, 'shutting down');
  } finally {
    await webhook.close(drainSeconds);
    await policy.stop();
    await cluster.stop();
    await certificate.close();
    clients?.close();
    client.close();
    await tracing?.close();
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 600)) throw new InvalidArgumentError('It must be a number from 0 to 600.');
  return value;
}
