import { isIP } from 'node:net';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { measureStreams, type Surroundings } from '../admission/index.ts';
import { createLogger, type LogFormat, type Logger, metricsRegistry } from '../telemetry/index.ts';
import type { CertificateWatch } from '../tls/index.ts';
import { ownCertificate } from './own-certificate.ts';
import { portNumber } from './port-number.ts';
import { readableLine } from './review-lines.ts';
import { greeting, type Serving } from './serve-greeting.ts';
import { type SettingsOptions, settingsOf, withSettings } from './settings.ts';
import { stopSignal } from './signals.ts';
import { StreamDirectory, type StreamNews } from './stream-directory.ts';
import { streamLine } from './stream-listing.ts';
import { watchStreams } from './stream-watch.ts';
import { tryIt } from './try-it.ts';
import { WebhookProcess } from './webhook-process.ts';

interface ServeOptions extends SettingsOptions {
  readonly streams: string;
  readonly namespace: string;
  readonly certs: string;
  readonly host: string;
  readonly port: number;
  readonly telemetryPort?: number;
  readonly logFormat: LogFormat;
}

/** `imagestreams serve`: the admission webhook without a cluster, with image streams from a directory. */
export function serveCommand(): Command {
  return withSettings(
    new Command('serve')
      .description('serve the admission webhook without a cluster, with image streams from a directory')
      .requiredOption('--streams <dir>', 'directory with manifests of image streams; edits are picked up')
      .option('-n, --namespace <name>', 'namespace of streams whose manifest names none', 'default')
      .option('--certs <dir>', 'where the generated CA and serving certificate are kept', 'certs')
      .option('--host <address>', 'address to serve HTTPS on', '127.0.0.1')
      .option('--port <port>', 'port to serve HTTPS on; 0 for any free one', portNumber, 8443)
      .option(
        '--telemetry-port <port>',
        'port of /livez, /readyz and /metrics (plain HTTP); without it they are not served',
        portNumber,
      )
      .addOption(
        new Option('--log-format <format>', 'text for people, json for machines')
          .choices(['text', 'json'])
          .default(process.stdout.isTTY ? 'text' : 'json', 'text on a terminal, else json'),
      ),
  ).action((options: ServeOptions) => serve(options));
}

async function serve(options: ServeOptions): Promise<void> {
  const stop = stopSignal();
  const streams = new StreamDirectory(options.streams, options.namespace);
  const logger = await loggerOf(options);
  const settings = await settingsOf(options, (message) => logger.warn(message));
  const certificate = await ownCertificate(
    options.certs,
    [...new Set([options.host, '127.0.0.1', 'localhost'])],
    logger,
  );
  const around = { settings, streams };
  const webhook = webhookOf(options, around, certificate, logger);
  streams.onNews((news) => tell(news, streams.path, logger));
  const endWatch = watchStreams(streams);
  try {
    announce(await webhook.listen(), streams, options, logger);
    await stop;
    logger.info('shutting down');
  } finally {
    endWatch();
    certificate.close();
    await webhook.close();
  }
}

function loggerOf({ logFormat }: ServeOptions): Promise<Logger> {
  // at this level a review with nothing to do is told as well: whoever tries things out wants to see it arrive
  const level = 'debug';
  return logFormat === 'json'
    ? createLogger({ level, format: 'json' })
    : createLogger({
        level,
        format: 'json',
        stream: { write: (line) => void process.stdout.write(readableLine(line)) },
      });
}

function webhookOf(
  { host, port, telemetryPort }: ServeOptions,
  around: Surroundings & { readonly streams: StreamDirectory },
  certificate: CertificateWatch,
  logger: Logger,
): WebhookProcess {
  const registry = metricsRegistry();
  measureStreams(registry, { size: () => around.streams.size, secondsSinceEvent: () => 0 });
  return new WebhookProcess({
    around: () => around,
    certificate,
    admission: { host, port },
    ...(telemetryPort === undefined ? {} : { telemetry: { host, port: telemetryPort } }),
    registry,
    logger,
    ready: () => undefined,
  });
}

type Ports = Awaited<ReturnType<WebhookProcess['listen']>>;

function announce(
  { port, telemetryPort }: Ports,
  { path, streams }: StreamDirectory,
  { host, certs, logFormat }: ServeOptions,
  logger: Logger,
): void {
  const authority = isIP(host) === 6 ? `[${host}]` : host;
  const url = `https://${authority}:${port}`;
  const caFile = join(certs, 'ca.crt');
  const serving: Serving = {
    directory: path,
    streams,
    url,
    caFile,
    telemetryUrl: telemetryPort === undefined ? undefined : `http://${authority}:${telemetryPort}`,
    tryIt: tryIt(url, caFile),
  };
  if (logFormat === 'text') process.stdout.write(greeting(serving));
  else logger.info({ ...serving, streams: streams.map(streamLine) }, 'the admission webhook is serving');
}

function tell({ changed, gone, problems, mended }: StreamNews, path: string, logger: Logger): void {
  const said = [...changed.map(streamLine), ...gone.map((key) => `${key} is gone`)];
  if (said.length > 0) logger.info(`picked up ${said.join(' | ')}`);
  else if (mended) logger.info(`picked up ${path}: nothing is wrong any more`);
  for (const problem of problems) logger.error(`${problem}; the last good state stays in use`);
}
