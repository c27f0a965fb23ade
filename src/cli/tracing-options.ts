import { hostname } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Logger, startTracing, type Tracing } from '../telemetry/index.ts';
import { version } from './version.ts';

export interface TracingCommandOptions {
  readonly tracingEndpoint?: URL;
  readonly tracingSamplingPerMillion: number;
}

export function withTracingOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--tracing-endpoint <url>',
        'send traces there: OTLP over HTTP, /v1/traces is added',
      ).argParser(endpoint),
    )
    .addOption(
      new Option(
        '--tracing-sampling-per-million <number>',
        'recorded of a million traces that begin here; those of the API server are recorded as it says',
      )
        .argParser(perMillion)
        .default(0),
    );
}

/** Undefined without an endpoint. */
export async function tracingOf(
  options: TracingCommandOptions,
  service: string,
  logger: Logger,
): Promise<Tracing | undefined> {
  const { tracingEndpoint, tracingSamplingPerMillion: samplingPerMillion } = options;
  if (tracingEndpoint === undefined) return undefined;
  return await startTracing({
    ...{ endpoint: tracingEndpoint, samplingPerMillion, service, version, logger },
    instance: hostname(),
  });
}

function endpoint(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new InvalidArgumentError('Write a URL with http or https, such as http://collector.tracing:4318.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidArgumentError('Give credentials in OTEL_EXPORTER_OTLP_HEADERS, not in the URL.');
  }
  return url;
}

function perMillion(text: string): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) > 1e6) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 1000000.');
  }
  return Number(text);
}
