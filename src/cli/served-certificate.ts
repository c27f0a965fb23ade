import { SecretCertificate } from '../certificates/index.ts';
import type { ApiClient } from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { CertificateWatch, providedCertificate, type ServedCertificate } from '../tls/index.ts';
import { namespacedName } from './namespaced-name.ts';
import { ownCertificate } from './own-certificate.ts';
import { UsageError } from './usage-error.ts';

/** Where a serving certificate may come from: the values of the options `…-certificate-secret` and so on. */
export interface CertificateSources {
  readonly secret: string | undefined;
  readonly directory: string | undefined;
  readonly generated: string | undefined;
  /** For a generated one. */
  readonly serverName: readonly string[];
}

export interface ServedCertificateOptions {
  /** What the options begin with, `--` or more. */
  readonly prefix: string;
  readonly client: ApiClient;
  readonly logger: Logger;
}

/** The certificate of the source that is given; undefined when none is. One of a Secret may come later; the others have to be there. @throws UsageError for more than one, TlsError */
export async function servedCertificate(
  { secret, directory, generated, serverName }: CertificateSources,
  { prefix, client, logger }: ServedCertificateOptions,
): Promise<ServedCertificate | undefined> {
  if ([secret, directory, generated].filter((source) => source !== undefined).length > 1) {
    throw new UsageError(`give one of ${sourceOptions(prefix)}`);
  }
  if (secret !== undefined) {
    const location = namespacedName(secret, `${prefix}certificate-secret`);
    return new SecretCertificate({ ...location, client, logger }).start();
  }
  if (generated !== undefined) return await ownCertificate(generated, serverName, logger);
  if (directory === undefined) return undefined;
  return await CertificateWatch.start({ source: () => providedCertificate(directory), logger });
}

/** The options as a sentence names them. */
export function sourceOptions(prefix: string): string {
  return `${prefix}certificate-secret, ${prefix}certificate-directory and ${prefix}generate-certificate`;
}
