import type { Command } from 'commander';
import { SecretCertificate } from '../certificates/index.ts';
import type { ApiClient } from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { CertificateWatch, providedCertificate, type ServedCertificate } from '../tls/index.ts';
import { namespacedName } from './namespaced-name.ts';
import { ownCertificate } from './own-certificate.ts';
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

/** One of a Secret may come later; the others have to be there. @throws UsageError unless exactly one source is given */
export async function webhookCertificate(
  options: WebhookCertificateOptions,
  client: ApiClient,
  logger: Logger,
): Promise<ServedCertificate> {
  const { certificateSecret, certificateDirectory, generateCertificate, serverName } = options;
  const given = [certificateSecret, certificateDirectory, generateCertificate].filter(
    (source) => source !== undefined,
  );
  if (given.length === 1 && certificateSecret !== undefined) {
    const secret = namespacedName(certificateSecret, '--certificate-secret');
    return new SecretCertificate({ ...secret, client, logger }).start();
  }
  if (given.length === 1 && generateCertificate !== undefined) {
    return await ownCertificate(generateCertificate, serverName, logger);
  }
  if (given.length === 1 && certificateDirectory !== undefined) {
    return await CertificateWatch.start({ source: () => providedCertificate(certificateDirectory), logger });
  }
  throw new UsageError(
    'give one of --certificate-secret, --certificate-directory and --generate-certificate',
  );
}
