import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Program, startProgram } from './programs.ts';

const bundle = join(import.meta.dirname, '../../dist/imagestreams.js');

/** The flags that the image runs with, so that what is measured is what is shipped. */
export const imageFlags: readonly string[] = ['--max-semi-space-size=4'];

/** The bundled webhook against an API server that the kubeconfig describes; resolves once it is ready. */
export async function startWebhook(options: {
  readonly directory: string;
  readonly certificates: string;
  readonly kubeconfig: string;
  readonly nodeFlags?: readonly string[];
}): Promise<Program & { readonly port: number; readonly telemetryPort: number }> {
  const { directory, certificates, kubeconfig, nodeFlags = imageFlags } = options;
  const addresses = ['--host', '127.0.0.1', '--port', '0', '--telemetry-host', '127.0.0.1'];
  const program = await startProgram({
    core: 'server',
    command: [
      process.execPath,
      ...nodeFlags,
      bundle,
      'webhook',
      ...['--kubeconfig', kubeconfig, '--certificate-directory', certificates],
      ...addresses,
      ...['--telemetry-port', '0'],
    ],
    env: { NODE_ENV: 'production' },
    log: join(directory, 'webhook.log'),
    announces: /"port":(?<port>\d+),"telemetryPort":(?<telemetryPort>\d+)/,
  });
  const telemetryPort = Number(program.announced['telemetryPort']);
  while (!(await isReady(telemetryPort))) await sleep(100);
  return { ...program, port: Number(program.announced['port']), telemetryPort };
}

async function isReady(telemetryPort: number): Promise<boolean> {
  const { status } = await fetch(`http://127.0.0.1:${telemetryPort}/readyz`);
  return status === 200;
}

/** Writes a kubeconfig for a server of this machine; gives its path. */
export async function writeKubeconfig(file: string, port: string, caFile: string): Promise<string> {
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'bench', cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority': caFile } },
    ],
    users: [{ name: 'bench', user: { token: 'bench' } }],
    contexts: [{ name: 'bench', context: { cluster: 'bench', user: 'bench' } }],
    'current-context': 'bench',
  };
  await writeFile(file, JSON.stringify(kubeconfig));
  return file;
}
