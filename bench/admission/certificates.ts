import { join } from 'node:path';
import { createLogger } from '../../src/telemetry/index.ts';
import { certificateDirectory, servingCertificate } from '../../src/tls/index.ts';

/** Makes `ca.crt`, `tls.crt` and `tls.key` for 127.0.0.1 in a directory, which every server of a benchmark uses; gives its path. */
export async function benchCertificates(parent: string): Promise<string> {
  const directory = join(parent, 'certificates');
  await servingCertificate({
    store: certificateDirectory(directory),
    names: { dnsNames: [], ipAddresses: ['127.0.0.1'] },
    now: () => new Date(),
    logger: await createLogger({ level: 'error' }),
  });
  return directory;
}
