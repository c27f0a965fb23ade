import type { Command } from 'commander';
import { defaultRegistrySettings } from '../registry/index.ts';
import { wholeNumber } from './whole-number.ts';

/** The options that say how registries are asked. */
export interface RegistryOptions {
  readonly registryRate: number;
  readonly registryRateTotal: number;
  readonly allowAddress: readonly string[];
  readonly denyAddress: readonly string[];
  readonly registryCa?: string;
  readonly mirrors?: string;
  readonly credentials?: string;
  readonly credentialsNamespace: readonly string[];
  readonly pullSecrets: boolean;
  readonly pullSecretsNamespace: readonly string[];
}

const everyNamespace: string[] = ['*'];
const { ratePerHost, rateTotal } = defaultRegistrySettings;

export function withRegistryOptions(command: Command): Command {
  return command
    .option(
      '--registry-rate <number>',
      'requests a second to one registry host',
      wholeNumber,
      ratePerHost.perSecond,
    )
    .option(
      '--registry-rate-total <number>',
      'requests a second to all of them',
      wholeNumber,
      rateTotal.perSecond,
    )
    .option('--allow-address <cidr...>', 'networks that are refused by default, such as 127.0.0.0/8', [])
    .option(
      '--deny-address <cidr...>',
      "networks where no registry may be, such as the cluster's pods and services",
      [],
    )
    .option('--registry-ca <file>', "PEM of authorities to trust besides the system's")
    .option('--mirrors <file>', 'rules that name mirrors of repositories, as YAML or JSON')
    .option('--credentials <file>', 'docker config JSON with credentials of the installation')
    .option('--credentials-namespace <name...>', 'namespaces whose streams may use them; * for all', [])
    .option('--no-pull-secrets', 'read pull secrets of no namespace')
    .option(
      '--pull-secrets-namespace <name...>',
      'namespaces whose pull secrets are read; * for all',
      everyNamespace,
    );
}
