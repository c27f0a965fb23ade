import { join } from 'node:path';
import { HANDLE_VARIABLE, LOGS_VARIABLE, Progress, Supervision, startCluster } from './index.ts';
import { installDefinitions } from './install.ts';

declare global {
  var testClusterSupervision: Supervision | undefined;
}

/** Jest's global setup of the cluster suite. */
export default async function setup(): Promise<void> {
  process.env[LOGS_VARIABLE] ??= join(import.meta.dirname, '..', '..', 'test-logs');
  const supervision = await Supervision.begin({ keepLogsIn: process.env[LOGS_VARIABLE] });
  try {
    const cluster = await startCluster(supervision, new Progress());
    await installDefinitions(cluster);
    process.env[HANDLE_VARIABLE] = cluster.writeHandle();
    globalThis.testClusterSupervision = supervision;
  } catch (error) {
    await supervision.end();
    throw error;
  }
}
