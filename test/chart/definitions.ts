import { join } from 'node:path';
import type { TestCluster } from '../cluster/index.ts';

/** Serves the kinds of others that the chart can make objects of. */
export async function installForeignKinds(cluster: TestCluster): Promise<void> {
  const directory = join(import.meta.dirname, 'definitions');
  await cluster.kubectl(['apply', '--server-side', '-f', directory]);
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', directory]);
}
