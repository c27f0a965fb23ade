import { isIP } from 'node:net';
import { type Command, Option } from 'commander';
import { defaultLifetimes, lifetimeFault, type RotationSettings } from '../certificates/index.ts';
import { durationText } from '../imagestream/index.ts';
import { duration } from './duration.ts';
import { namespacedName } from './namespaced-name.ts';
import { UsageError } from './usage-error.ts';

/** How the controller keeps the webhook's certificates; times in milliseconds. */
export interface CertificateOptions {
  readonly webhookCertificateSecret?: string;
  readonly webhookAuthoritySecret?: string;
  readonly webhookConfiguration?: string;
  readonly webhookService?: string;
  readonly webhookServerName?: readonly string[];
  readonly certificateLifetime: number;
  readonly authorityLifetime: number;
  readonly trustDelay: number;
}

export function withCertificateOptions(command: Command): Command {
  const { servingLifetimeMs, authorityLifetimeMs, trustDelayMs } = defaultLifetimes;
  return command
    .option(
      '--webhook-certificate-secret <namespace/name>',
      "Secret with the webhook's serving certificate; its ca.crt is copied to caBundle, unless an authority is kept",
    )
    .option(
      '--webhook-authority-secret <namespace/name>',
      'Secret of an authority that is kept and issues the serving certificate; without it nothing is issued',
    )
    .option(
      '--webhook-configuration <name>',
      'webhook configurations, mutating and validating, whose caBundle is filled',
    )
    .option('--webhook-service <namespace/name>', 'Service that the serving certificate is for')
    .option('--webhook-server-name <name...>', 'more DNS names and IP addresses that it is for')
    .addOption(time('--certificate-lifetime', 'of serving certificates', servingLifetimeMs))
    .addOption(time('--authority-lifetime', 'of authorities', authorityLifetimeMs))
    .addOption(
      time('--trust-delay', 'a new authority is trusted so long before it is made use of', trustDelayMs),
    );
}

/** What is to be kept in order; undefined when nothing is. @throws UsageError */
export function rotationSettings(options: CertificateOptions): RotationSettings | undefined {
  const { webhookCertificateSecret, webhookAuthoritySecret, webhookConfiguration } = options;
  if (webhookCertificateSecret === undefined) {
    if (webhookAuthoritySecret === undefined && webhookConfiguration === undefined) return undefined;
    throw new UsageError(
      'give --webhook-certificate-secret with --webhook-authority-secret and --webhook-configuration',
    );
  }
  if (webhookConfiguration === undefined) {
    throw new UsageError('give --webhook-configuration, whose caBundle is to be filled');
  }
  const lifetimes = {
    servingLifetimeMs: options.certificateLifetime,
    authorityLifetimeMs: options.authorityLifetime,
    trustDelayMs: options.trustDelay,
  };
  const fault = lifetimeFault(lifetimes);
  if (fault !== undefined) {
    throw new UsageError(
      `--certificate-lifetime, --authority-lifetime and --trust-delay do not fit: ${fault}`,
    );
  }
  return {
    serving: namespacedName(webhookCertificateSecret, '--webhook-certificate-secret'),
    ...(webhookAuthoritySecret === undefined
      ? {}
      : { authority: namespacedName(webhookAuthoritySecret, '--webhook-authority-secret') }),
    configuration: webhookConfiguration,
    names: webhookAuthoritySecret === undefined ? {} : serverNames(options),
    ...lifetimes,
  };
}

function serverNames({ webhookService, webhookServerName = [] }: CertificateOptions) {
  const service =
    webhookService === undefined ? undefined : namespacedName(webhookService, '--webhook-service');
  // that is what the API server calls it, whatever the cluster's domain
  const ofService = service === undefined ? [] : [`${service.name}.${service.namespace}.svc`];
  const names = [...ofService, ...webhookServerName];
  if (names.length === 0) {
    throw new UsageError('give --webhook-service or --webhook-server-name: a certificate is for a name');
  }
  const ipAddresses = names.filter((name) => isIP(name) !== 0);
  return { dnsNames: names.filter((name) => isIP(name) === 0), ipAddresses };
}

function time(flag: string, description: string, milliseconds: number): Option {
  return new Option(`${flag} <duration>`, description)
    .argParser(duration)
    .default(milliseconds, durationText(milliseconds));
}
