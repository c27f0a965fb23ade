import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Program, startProgram } from './programs.ts';
import { writeKubeconfig } from './webhook.ts';

const version = '1.1.4';
const port = 3411;
/** The secret part of its paths. */
const path = 'bench';

export interface Pepr extends Program {
  readonly port: number;
  readonly paths: readonly string[];
}

/** Installs pepr into a directory outside the tree and starts it with a module of one line. */
export async function startPepr(directory: string, certificates: string): Promise<Pepr> {
  const home = join(directory, 'pepr');
  await mkdir(home);
  await writeFile(
    join(home, 'package.json'),
    JSON.stringify({ name: 'bench', private: true, type: 'module' }),
  );
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', `pepr@${version}`], {
    cwd: home,
  });
  await copyFile(join(import.meta.dirname, 'pepr-module.mjs'), join(home, 'module.mjs'));
  const store = await startProgram({
    core: 'load',
    command: [process.execPath, join(import.meta.dirname, 'pepr-store-server.ts'), certificates],
    log: join(directory, 'pepr-store.log'),
    announces: /^(?<port>\d+)$/m,
  });
  const caFile = join(certificates, 'ca.crt');
  const kubeconfig = await writeKubeconfig(join(home, 'kubeconfig'), store.announced['port'] ?? '', caFile);
  const program = await startProgram({
    core: 'server',
    command: [process.execPath, 'module.mjs'],
    cwd: home,
    env: {
      NODE_ENV: 'production',
      // the level that its own chart sets
      LOG_LEVEL: 'info',
      PORT: String(port),
      PEPR_API_PATH: path,
      SSL_KEY_PATH: join(certificates, 'tls.key'),
      SSL_CERT_PATH: join(certificates, 'tls.crt'),
      KUBECONFIG: kubeconfig,
      NODE_EXTRA_CA_CERTS: caFile,
    },
    log: join(directory, 'pepr.log'),
    announces: /Feature flag store initialized/,
  });
  const stop = async () => {
    await program.stop();
    await store.stop();
  };
  return { ...program, stop, port, paths: [`/mutate/${path}`] };
}
