import { dirname, join } from 'node:path';
import { runCommand } from '../cluster/command.ts';
import type { TestCluster } from '../cluster/index.ts';

const home = join(import.meta.dirname, '..', '..');

/**
 * Packages and pushes the chart to the cluster's registry, as a release does.
 *
 * @param image the default of the package, `REGISTRY/REPOSITORY@sha256:…`
 * @returns the chart, as `helm install` wants it named
 */
export async function publishChart(cluster: TestCluster, image: string): Promise<readonly string[]> {
  const url = `oci://${cluster.registry}/charts`;
  const args = ['--image', image, '--push', url, '--plain-http'];
  const { code, stdout, stderr } = await runCommand(
    process.execPath,
    ['release/main.ts', 'chart', join(cluster.directory, 'package'), ...args],
    {
      cwd: home,
      env: {
        PATH: `${dirname(cluster.program('helm'))}:${process.env['PATH']}`,
        HOME: cluster.directory,
        NODE_OPTIONS: '',
      },
    },
  );
  if (code !== 0) throw new Error(stderr);
  const [, digest] = /^digest=(sha256:[0-9a-f]{64})$/m.exec(stdout) ?? [];
  return [`${url}/imagestreams@${digest}`, '--plain-http'];
}
