import { provideBinaries } from './binaries.ts';
import { TestCluster } from './cluster.ts';
import {
  layOutControlPlane,
  startApiServer,
  startControllerManager,
  startEtcd,
  startScheduler,
} from './control-plane.ts';
import { startNodes } from './nodes.ts';
import type { Progress } from './progress.ts';
import { startRegistry } from './registry.ts';
import type { Supervision } from './supervision.ts';

/**
 * Finds or builds the programs, then starts a control plane, two nodes and a registry, and waits until all is ready.
 * All of it ends with the supervision, which the caller ends also when this fails.
 *
 * @throws Error that names the part that did not get ready, with the end of its log
 */
export async function startCluster(supervision: Supervision, progress: Progress): Promise<TestCluster> {
  const binaries = await provideBinaries(supervision, progress);
  return await progress.during('starting a Kubernetes control plane', async () => {
    const plane = await layOutControlPlane(binaries, supervision);
    const [registry] = await Promise.all([startRegistry(binaries, supervision), startEtcd(plane)]);
    await startApiServer(plane);
    await Promise.all([startControllerManager(plane), startScheduler(plane), startNodes(plane)]);
    const { apiServer, authority, kubeconfig } = plane;
    const { directory } = supervision;
    const { paths } = binaries;
    const cluster = new TestCluster({ directory, apiServer, authority, registry, kubeconfig, paths });
    await cluster.serviceAccountReady('default');
    return cluster;
  });
}
