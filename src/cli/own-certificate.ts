import { isIP } from 'node:net';
import type { Logger } from '../telemetry/index.ts';
import { CertificateWatch, certificateDirectory, servingCertificate } from '../tls/index.ts';

/** Keeps a CA of this program's own and a serving certificate for the names and IP addresses in a directory, renewed in time. */
export function ownCertificate(
  directory: string,
  names: readonly string[],
  logger: Logger,
): Promise<CertificateWatch> {
  const store = certificateDirectory(directory);
  const ipAddresses = names.filter((name) => isIP(name) !== 0);
  const dnsNames = names.filter((name) => !ipAddresses.includes(name));
  const options = { store, names: { ipAddresses, dnsNames }, now: () => new Date(), logger };
  return CertificateWatch.start({ source: async () => (await servingCertificate(options)).serving, logger });
}
