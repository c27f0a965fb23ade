import type { WorkloadKind } from '../workloads/index.ts';
import { type Diagnosis, diagnoseTriggers } from './diagnose.ts';
import { outlineOf, type TriggeredWorkload } from './triggered-workload.ts';

/** The triggers of a workload that is kept as a projection, and what is wrong with them. */
export function triggersOf(kind: WorkloadKind, namespace: string, workload: TriggeredWorkload): Diagnosis {
  return diagnoseTriggers({ kind, object: outlineOf(kind, workload), namespace });
}
