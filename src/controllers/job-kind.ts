import { builtInKinds, isJob, type WorkloadKind } from '../workloads/index.ts';

/** The row of the table of workloads that is Kubernetes' own Job. */
export const jobKind = builtInKinds.find(isJob) as WorkloadKind;
