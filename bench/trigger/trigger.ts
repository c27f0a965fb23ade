import { Supervision } from '../../test/cluster/index.ts';
import { realMoves } from './real.ts';
import { simulatedMoves } from './simulated.ts';
import { growthTable, memoryTable, movesTable } from './tables.ts';

const sizes = [1_110, 10_000];
const simulatedSizes = [1_110, 10_000, 100_000];

export interface TriggerBenchOptions {
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** What a moved tag costs that workloads follow: on a real control plane, and before one that costs next to nothing. */
export async function triggerBench({ rounds, say }: TriggerBenchOptions): Promise<string> {
  const supervision = await Supervision.begin();
  // nothing else keeps this process while it waits for one under supervision
  const waiting = setInterval(() => undefined, 60_000);
  try {
    const simulated = await simulatedMoves(supervision, { sizes: simulatedSizes, rounds, say });
    const real = await realMoves(supervision, { sizes, rounds, say });
    return [
      `Real control plane, CronJobs:\n\n${movesTable(real.moves)}`,
      growthTable(real.moves),
      memoryTable(real.memory),
      `Real control plane, Deployments without replicas:\n\n${movesTable(real.deployments)}`,
      `Simulated API server:\n\n${movesTable(simulated.moves)}`,
      growthTable(simulated.moves),
      memoryTable(simulated.memory),
    ].join('\n');
  } finally {
    await supervision.end();
    clearInterval(waiting);
  }
}
