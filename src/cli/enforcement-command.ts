import { Command, Option } from 'commander';
import { systemNamespaces } from '../admission/index.ts';
import { type EnforcementAction, enforcementActions, enforcementObjects } from '../enforcement/index.ts';
import { type SettingsOptions, settingsOf, withSettings } from './settings.ts';
import { yamlDocuments } from './yaml-documents.ts';

interface EnforcementCommandOptions extends SettingsOptions {
  readonly unlabelled: EnforcementAction | 'none';
  readonly exceptImage: readonly string[];
  readonly exceptUser: readonly string[];
  readonly excludeNamespace: readonly string[];
}

/** `imagestreams enforcement`: the policies by which the API server itself holds namespaces to digests. */
export function enforcementCommand(): Command {
  return withSettings(
    new Command('enforcement')
      .description(
        'print the ValidatingAdmissionPolicies that hold labelled namespaces to images with digests',
      )
      .addOption(
        new Option('--unlabelled <what>', 'for namespaces without the label imagestreams.io/enforce')
          .choices([...enforcementActions, 'none'])
          .default('none'),
      )
      .option('--except-image <prefix...>', 'images, by the beginning of their name as written', [])
      .option('--except-user <user...>', 'users; a trailing * matches the rest', [])
      .option('--exclude-namespace <name...>', "namespaces besides Kubernetes' own", ['imagestreams']),
    ['workloadKinds', 'controllerIdentity'],
  ).action((options: EnforcementCommandOptions) => printEnforcement(options));
}

async function printEnforcement(options: EnforcementCommandOptions): Promise<void> {
  const settings = await settingsOf(options, (message) => process.stderr.write(`${message}\n`));
  const { unlabelled, exceptImage, exceptUser, excludeNamespace } = options;
  const documents = enforcementObjects({
    name: 'imagestreams-enforce',
    kinds: settings.policy.workloads.kinds,
    unlabelled,
    exceptions: {
      imagePrefixes: exceptImage,
      users: exceptUser,
      namespaces: [...systemNamespaces, ...excludeNamespace],
    },
    controllerIdentities: settings.controllerIdentities,
  });
  process.stdout.write(yamlDocuments(documents));
}
