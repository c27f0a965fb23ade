import { type TestCluster, waitFor } from '../cluster/index.ts';
import type { Project } from '../cluster/project.ts';
import { Load, type LoadResult, type LoadSettings } from './load.ts';

/** Reviews before the work begins, and after it ends: what is told is what the work does to a load that runs. */
const AROUND = 100;

/** Keeps up a load while something is done. */
export async function loadDuring(settings: LoadSettings, work: () => Promise<unknown>): Promise<LoadResult> {
  const load = new Load(settings);
  const more = async (count: number) => {
    const wanted = load.count + count;
    await waitFor('the load', () => load.count >= wanted, { timeoutMs: 120_000 });
  };
  try {
    await more(AROUND);
    await work();
    await more(AROUND);
  } catch (error) {
    await load.stop();
    throw error;
  }
  return await load.stop();
}

/** Creations that the stream of a project resolves. */
export function creationsIn({ kubeconfig }: TestCluster, { namespace }: Project): LoadSettings {
  return { kubeconfig, namespace, image: 'keycloak:20', concurrency: 4 };
}

/** What has to hold of a load that nothing may disturb. */
export const undisturbed = { failed: new Map(), unresolved: 0, away: 0 };
