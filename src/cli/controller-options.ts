import { hostname } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type ControllerSettings,
  defaultControllerSettings,
  defaultLeaseName,
} from '../controllers/index.ts';
import { durationText, type ImportMode } from '../imagestream/index.ts';
import { LOG_LEVELS, type LogLevel } from '../telemetry/index.ts';
import { type CertificateOptions, withCertificateOptions } from './certificate-options.ts';
import { duration } from './duration.ts';
import { portNumber } from './port-number.ts';
import { type PreviewOptions, withPreviewOptions } from './preview-options.ts';
import { type RegistryOptions, withRegistryOptions } from './registry-options.ts';
import { type TracingCommandOptions, withTracingOptions } from './tracing-options.ts';
import { wholeNumber } from './whole-number.ts';
import { type WorkloadKindsOptions, workloadKindsOption } from './workload-kinds.ts';

/** The options of `imagestreams controller`; times in milliseconds. */
export interface ControllerOptions
  extends RegistryOptions,
    WorkloadKindsOptions,
    CertificateOptions,
    PreviewOptions,
    TracingCommandOptions {
  readonly kubeconfig?: string;
  readonly telemetryHost: string;
  readonly telemetryPort: number;
  readonly namespace?: string;
  readonly leaseName: string;
  readonly identity: string;
  readonly importInterval: number;
  readonly minimumImportInterval: number;
  readonly scheduledImports: boolean;
  readonly importMode: ImportMode;
  readonly integratedRegistry: string;
  readonly publicRegistry: string;
  readonly maxHistory: number;
  readonly maxStreamBytes: number;
  readonly maxRepositoryTags: number;
  readonly parallelImports: number;
  readonly imageStreams: boolean;
  readonly triggers: boolean;
  readonly namedTags: number;
  readonly logLevel: LogLevel;
}

const defaults = defaultControllerSettings;

/** The command with its options and without its work. */
export function controllerOptions(): Command {
  const command = new Command('controller')
    .description(
      'keep image streams and the workloads that follow them current: import tags, follow aliases, roll out',
    )
    .option(
      '--kubeconfig <file>',
      'how to reach the API server (default: KUBECONFIG, the pod, ~/.kube/config)',
    )
    .option('--telemetry-host <address>', 'address of /livez, /readyz and /metrics (plain HTTP)', '0.0.0.0')
    .option('--telemetry-port <port>', 'port of the same; 0 for any free one', portNumber, 8080)
    .option('--namespace <name>', "namespace of the Lease (default: the pod's, or the kubeconfig's)")
    .option('--lease-name <name>', 'the Lease by which one of several controllers leads', defaultLeaseName)
    .option(
      '--no-image-streams',
      'leave image streams alone, and with them all workloads: somebody else keeps them',
    )
    .option('--no-triggers', 'leave workloads alone when the tags move that they follow')
    .addOption(workloadKindsOption())
    .addOption(
      new Option('--named-tags <number>', 'of the most followed tags, named in the metrics, up to 1000')
        .argParser(namedTags)
        .default(0),
    )
    .option('--identity <name>', 'name of this process in the Lease', `${hostname()}_${process.pid}`)
    .addOption(new Option('--log-level <level>').choices(LOG_LEVELS).default('info'));
  return withTracingOptions(
    withCertificateOptions(withPreviewOptions(withRegistryOptions(withImportOptions(command)))),
  );
}

function withImportOptions(command: Command): Command {
  const { settings, integratedRegistry, publicRegistry, mostEntries, mostBytes } = defaults;
  const { mostRepositoryTags, parallelImports } = defaults;
  return command
    .addOption(time('--import-interval', 'between two imports of a scheduled tag', settings.intervalMs))
    .addOption(
      time('--minimum-import-interval', 'the shortest that a tag may ask for', settings.minimumIntervalMs),
    )
    .option('--no-scheduled-imports', 'import no tag on a schedule')
    .addOption(
      new Option('--import-mode <mode>', 'what is recorded of an index when a tag does not say')
        .choices(['PreserveOriginal', 'Legacy'])
        .default(settings.defaultMode),
    )
    .option(
      '--integrated-registry <host[:port]>',
      "the cluster's own registry, if it has one",
      integratedRegistry,
    )
    .option('--public-registry <host[:port]>', 'the same as it is reached from outside', publicRegistry)
    .option('--max-history <entries>', 'history kept of a tag', wholeNumber, mostEntries)
    .option(
      '--max-stream-bytes <bytes>',
      'size of a stream above which old history goes',
      wholeNumber,
      mostBytes,
    )
    .option(
      '--max-repository-tags <tags>',
      'taken from spec.dockerImageRepository',
      wholeNumber,
      mostRepositoryTags,
    )
    .option('--parallel-imports <number>', 'imports at the same time', wholeNumber, parallelImports);
}

function time(flag: string, description: string, milliseconds: number): Option {
  return new Option(`${flag} <duration>`, description)
    .argParser(duration)
    .default(milliseconds, durationText(milliseconds));
}

/** Each is a series of its own. */
const mostNamedTags = 1_000;

function namedTags(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) > mostNamedTags) {
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${mostNamedTags}.`);
  }
  return Number(text);
}

/** What the stream controller takes of the options. */
export function controllerSettings(options: ControllerOptions): ControllerSettings {
  return {
    ...defaults,
    settings: {
      intervalMs: options.importInterval,
      minimumIntervalMs: options.minimumImportInterval,
      scheduledImports: options.scheduledImports,
      defaultMode: options.importMode,
    },
    integratedRegistry: options.integratedRegistry,
    publicRegistry: options.publicRegistry,
    mostEntries: options.maxHistory,
    mostBytes: options.maxStreamBytes,
    mostRepositoryTags: options.maxRepositoryTags,
    parallelImports: options.parallelImports,
  };
}
