import { type Command, Option } from 'commander';
import { type AdmissionSettings, defaultSettings } from '../admission/index.ts';
import type { ImagePolicy } from '../policy/index.ts';
import { configurationText } from './configuration-file.ts';
import { namespacedName } from './namespaced-name.ts';
import { policyInText } from './policy-text.ts';
import { type StreamSettingsOptions, streamSettingOptions, streamSettingsOf } from './stream-settings.ts';
import { UsageError } from './usage-error.ts';
import { type WorkloadKindsOptions, workloadKindsOption, workloadsOf } from './workload-kinds.ts';

/** The options of every command that decides about images. */
export interface SettingsOptions extends StreamSettingsOptions, WorkloadKindsOptions {
  readonly policy?: string;
  readonly unresolved?: 'Deny' | 'Warn';
  /** Only where objects are stored; off where the option is not offered. */
  readonly provenance?: boolean;
  readonly ephemeralContainers?: boolean;
  readonly imageVolumes?: boolean;
  readonly controllerIdentity?: readonly string[];
  readonly controllerAccount?: string;
}

const { namespace: accountNamespace, name: accountName } = defaultSettings.controllerAccount;
const identities = defaultSettings.controllerIdentities.join(', ');

/** One option for each setting; a command offers those that have an effect there. */
const settingOptions = {
  policy: () =>
    new Option('--policy <file>', 'ImagePolicyConfig as YAML or JSON; without it the built-in policy'),
  workloadKinds: workloadKindsOption,
  unresolved: () =>
    new Option(
      '--unresolved <what>',
      'for a local name that cannot be resolved: refuse it, or admit it with a warning',
    )
      .choices(['Deny', 'Warn'])
      .default(defaultSettings.unresolved),
  integratedRegistry: () =>
    new Option('--integrated-registry <host[:port]>', "the cluster's own registry, if it has one"),
  provenance: () =>
    new Option('--no-provenance', 'do not record in imagestreams.io/resolved where each digest came from'),
  ephemeralContainers: () =>
    new Option('--no-ephemeral-containers', 'leave ephemeral containers alone, as OpenShift does'),
  imageVolumes: () => new Option('--no-image-volumes', 'leave image volumes alone, as OpenShift does'),
  controllerIdentity: () =>
    new Option(
      '--controller-identity <user...>',
      `users whose owned objects the policy does not look at; a trailing * matches the rest (default: ${identities})`,
    ),
  controllerAccount: () =>
    new Option(
      '--controller-account <namespace/name>',
      "service account of this project's controller, whose word on trigger-status counts",
    ).default(`${accountNamespace}/${accountName}`),
  ...streamSettingOptions,
} as const;

export type SettingName = keyof typeof settingOptions;

/** Adds the options of the named settings, of all when none is named. */
export function withSettings(
  command: Command,
  names: readonly SettingName[] = Object.keys(settingOptions) as SettingName[],
): Command {
  for (const name of names) command.addOption(settingOptions[name]());
  return command;
}

/** Reads what the options name; warnings about the policy go to `warn`. */
export async function settingsOf(
  options: SettingsOptions,
  warn: (message: string) => void,
): Promise<AdmissionSettings> {
  const { integratedRegistry = '', unresolved = defaultSettings.unresolved, provenance = false } = options;
  const { ephemeralContainers = true, imageVolumes = true } = options;
  return {
    policy: await policyOf(options, integratedRegistry, warn),
    unresolved,
    integratedRegistry,
    provenance,
    visit: { ephemeralContainers, imageVolumes },
    controllerIdentities: options.controllerIdentity ?? defaultSettings.controllerIdentities,
    controllerAccount:
      options.controllerAccount === undefined
        ? defaultSettings.controllerAccount
        : namespacedName(options.controllerAccount, '--controller-account'),
    imageStreams: streamSettingsOf(options),
  };
}

async function policyOf(
  { policy: file, ...kinds }: SettingsOptions,
  integratedRegistry: string,
  warn: (message: string) => void,
): Promise<ImagePolicy> {
  const workloads = await workloadsOf(kinds);
  const source = file === undefined ? 'the built-in policy' : `policy file ${file}`;
  const text = file === undefined ? '' : await configurationText(file, source);
  const read = policyInText(text, source, { integratedRegistry, workloads });
  if ('problem' in read) throw new UsageError(read.problem);
  read.warnings.forEach(warn);
  return read.policy;
}
