import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Binaries } from './binaries.ts';
import { answers } from './health.ts';
import type { Supervision } from './supervision.ts';

/**
 * Starts an image registry without users or TLS.
 *
 * @returns its host and port, as they stand in an image's name
 */
export async function startRegistry(binaries: Binaries, supervision: Supervision): Promise<string> {
  const address = `127.0.0.1:${supervision.takePort()}`;
  const config = join(supervision.directory, 'registry.yaml');
  const settings = {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: join(supervision.directory, 'registry') },
      delete: { enabled: true },
    },
    http: { addr: address },
  };
  writeFileSync(config, stringify(settings), { mode: 0o600 });
  const registry = await supervision.start({
    name: 'registry',
    command: binaries.paths.registry,
    args: ['serve', config],
    env: { OTEL_TRACES_EXPORTER: 'none' },
    disposable: true,
  });
  await registry.ready(() => answers(`http://${address}/v2/`));
  return address;
}
