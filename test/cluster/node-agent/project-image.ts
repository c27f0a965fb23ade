import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestCluster } from '../cluster.ts';
import { runCommand } from '../command.ts';
import type { LocalImages } from './images.ts';

/** The repository that stands for this project's image. */
export const projectImage = 'example.com/imagestreams';

const home = join(import.meta.dirname, '..', '..', '..');

/**
 * Bundles the program, once for a cluster, and gives what the Dockerfile makes an image of.
 *
 * @throws Error with the bundler's words when it fails
 */
export async function projectProgram(cluster: TestCluster): Promise<LocalImages> {
  const directory = join(cluster.directory, 'bundle');
  if (!existsSync(directory)) {
    const { code, stderr } = await runCommand(process.execPath, ['build.ts', directory], { cwd: home });
    if (code !== 0) throw new Error(`the bundle cannot be built: ${stderr}`);
  }
  const entrypoint = ['node', '--max-semi-space-size=4', join(directory, 'imagestreams.js')];
  return { [projectImage]: { entrypoint, cmd: ['webhook'], env: { NODE_ENV: 'production' } } };
}
