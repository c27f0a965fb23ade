import type { WorkloadKind } from '../workloads/index.ts';
import type { ImagePolicy } from './policy.ts';
import type { ResourcePolicy } from './resource-policy.ts';

/** A row of the table of workloads and what a policy says about it. */
export interface WorkloadCoverage {
  readonly workload: WorkloadKind;
  readonly policy: ResourcePolicy;
}

/** The kinds of workload that a policy covers, by resolution or by execution rules, in the order of the table. */
export function coveredWorkloads(policy: ImagePolicy): readonly WorkloadCoverage[] {
  return policy.workloads.kinds
    .map((workload) => ({ workload, policy: policy.of(workload) }))
    .filter((row) => row.policy.covered);
}
