import { Option } from 'commander';
import { defaultStreamSettings, type StreamSettings } from '../admission/index.ts';
import { type AllowList, durationText, type ImportMode, registryAllowList } from '../imagestream/index.ts';
import { duration } from './duration.ts';
import { UsageError } from './usage-error.ts';
import { wholeNumber } from './whole-number.ts';

/** The options that decide about image streams themselves. */
export interface StreamSettingsOptions {
  readonly integratedRegistry?: string;
  readonly allowedRegistry?: readonly string[];
  readonly allowedInsecureRegistry?: readonly string[];
  readonly importMode?: ImportMode;
  readonly maxStreamBytes?: number;
  readonly minimumImportInterval?: number;
}

const { defaultMode, mostBytes, minimumIntervalMs } = defaultStreamSettings;

export const streamSettingOptions = {
  allowedRegistry: () =>
    new Option(
      '--allowed-registry <registry...>',
      'HOST or HOST:PORT that image streams may import from, with * and ? as wildcards; without any, all',
    ),
  allowedInsecureRegistry: () =>
    new Option(
      '--allowed-insecure-registry <registry...>',
      'the same for plain HTTP: a host alone has port 80 instead of 443',
    ),
  importMode: () =>
    new Option('--import-mode <mode>', 'what is recorded of an index when a tag does not say')
      .choices(['PreserveOriginal', 'Legacy'])
      .default(defaultMode),
  maxStreamBytes: () =>
    new Option('--max-stream-bytes <bytes>', 'size of a stream from which on no tag is added to it')
      .argParser(wholeNumber)
      .default(mostBytes),
  minimumImportInterval: () =>
    new Option('--minimum-import-interval <duration>', 'the shortest that a tag may ask for')
      .argParser(duration)
      .default(minimumIntervalMs, durationText(minimumIntervalMs)),
} as const;

export function streamSettingsOf(options: StreamSettingsOptions): StreamSettings {
  return {
    allowList: allowListOf(options),
    defaultMode: options.importMode ?? defaultMode,
    mostBytes: options.maxStreamBytes ?? mostBytes,
    minimumIntervalMs: options.minimumImportInterval ?? minimumIntervalMs,
  };
}

function allowListOf({
  allowedRegistry = [],
  allowedInsecureRegistry = [],
  integratedRegistry = '',
}: StreamSettingsOptions): AllowList {
  const entries = [
    ...allowedRegistry.map((domainName) => ({ domainName })),
    ...allowedInsecureRegistry.map((domainName) => ({ domainName, insecure: true })),
  ];
  const parsed = registryAllowList(entries, integratedRegistry);
  if (parsed.ok) return parsed.allowList;
  const inSecure = registryAllowList(allowedRegistry.map((domainName) => ({ domainName })));
  const option = inSecure.ok ? '--allowed-insecure-registry' : '--allowed-registry';
  throw new UsageError(`${option} cannot be used: ${parsed.message}`);
}
