import type { Command } from 'commander';
import type { ApiClient } from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { ServedCertificate } from '../tls/index.ts';
import { servedCertificate, sourceOptions } from './served-certificate.ts';
import { UsageError } from './usage-error.ts';

/** Where the webhook's serving certificate comes from. */
export interface WebhookCertificateOptions {
  readonly certificateSecret?: string;
  readonly certificateDirectory?: string;
  readonly generateCertificate?: string;
  readonly serverName: readonly string[];
}

export function withCertificateSource(command: Command): Command {
  return command
    .option(
      '--certificate-secret <namespace/name>',
      'Secret with tls.crt and tls.key, read through the API; changes count at once',
    )
    .option(
      '--certificate-directory <dir>',
      'tls.crt and tls.key made by somebody else; changes are picked up',
    )
    .option('--generate-certificate <dir>', 'keep an own CA and serving certificate there')
    .option('--server-name <name...>', 'DNS names and IP addresses for the generated certificate', [
      '127.0.0.1',
    ]);
}

/** @throws UsageError unless exactly one source is given */
export async function webhookCertificate(
  { certificateSecret, certificateDirectory, generateCertificate, serverName }: WebhookCertificateOptions,
  client: ApiClient,
  logger: Logger,
): Promise<ServedCertificate> {
  const prefix = '--';
  const certificate = await servedCertificate(
    {
      secret: certificateSecret,
      directory: certificateDirectory,
      generated: generateCertificate,
      serverName,
    },
    { prefix, client, logger },
  );
  if (certificate === undefined) throw new UsageError(`give one of ${sourceOptions(prefix)}`);
  return certificate;
}
