import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { webhookConfigurations } from '../admission/index.ts';
import {
  imageStreamClusterRoles,
  imageStreamCustomResource,
  storedVersionGuard,
} from '../imagestream/index.ts';
import { namespacedName } from './namespaced-name.ts';
import { type SettingsOptions, settingsOf, withSettings } from './settings.ts';
import { UsageError } from './usage-error.ts';
import { yamlDocuments } from './yaml-documents.ts';

interface ManifestsOptions extends SettingsOptions {
  readonly url?: string;
  readonly service?: string;
  readonly caFile?: string;
  readonly controllerAccount: string;
  readonly excludeNamespace: readonly string[];
  readonly excludeRunLevels?: true;
}

/** `imagestreams manifests`: the Kubernetes objects that this program's own source defines. */
export function manifestsCommand(): Command {
  return withSettings(
    new Command('manifests')
      .description(
        'print the CustomResourceDefinition, the guard of its stored version, roles and the webhook registration',
      )
      .option('--url <url>', 'base URL at which the API server reaches the webhook')
      .option('--service <namespace/name>', 'or the Service in front of it')
      .option('--ca-file <file>', "PEM of the webhook's CA")
      .option(
        '--controller-account <namespace/name>',
        'service account that alone may write stored versions',
        'imagestreams/imagestreams-controller',
      )
      .option('--exclude-namespace <name...>', 'namespaces that are never reviewed', ['imagestreams'])
      .option(
        '--exclude-run-levels',
        'also leave out namespaces labelled openshift.io/run-level 0 or 1: for OpenShift, which protects the label',
      ),
    ['policy', 'workloadKinds', 'ephemeralContainers', 'controllerIdentity'],
  ).action((options: ManifestsOptions) => printManifests(options));
}

async function printManifests(options: ManifestsOptions): Promise<void> {
  const settings = await settingsOf(options, (message) => process.stderr.write(`${message}\n`));
  const address = options.url === undefined ? { service: serviceOf(options.service) } : { url: options.url };
  const caBundle = options.caFile === undefined ? {} : { caBundle: await certificateIn(options.caFile) };
  const documents = [
    imageStreamCustomResource,
    ...imageStreamClusterRoles,
    ...storedVersionGuard(namespacedName(options.controllerAccount, '--controller-account')),
    ...webhookConfigurations({
      name: 'imagestreams',
      address,
      ...caBundle,
      settings,
      excludedNamespaces: options.excludeNamespace,
      excludeRunLevels: options.excludeRunLevels ?? false,
    }),
  ];
  process.stdout.write(yamlDocuments(documents));
}

async function certificateIn(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`the CA file ${file} cannot be read: ${(error as Error).message}`);
  }
}

function serviceOf(service: string | undefined) {
  if (service === undefined)
    throw new UsageError('give --url or --service, where the API server reaches the webhook');
  return namespacedName(service, '--service');
}
