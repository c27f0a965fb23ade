import { isJob, isPod, type WorkloadKind } from '../workloads/index.ts';
import type { JobPhase } from './job-phase.ts';
import { decodeOnChange } from './on-change.ts';
import type { TriggerContainer } from './trigger.ts';

/**
 * Why a container's image cannot follow its tag once the workload is stored.
 * - `Immutable`: the kind's template never changes (Job), and nobody asked to make the object anew.
 * - `Started`, `Finished`, `Elsewhere`: a Job that may be made anew, but not one that is so far ({@link JobPhase}).
 * - `Ends`: a pod that does not restart its containers runs each once.
 * - `InitContainer`: those of a pod have run already.
 */
export type Unchangeable = 'Immutable' | Exclude<JobPhase, 'Waiting'> | 'Ends' | 'InitContainer';

/** As far as it decides over changes. */
export interface Changing {
  readonly restarts: boolean;
  /** Of a Job that asks to be made anew. */
  readonly job?: JobState | undefined;
}

/** A Job with `imagestreams.io/on-change`. */
export interface JobState {
  /** Text of the annotation. */
  readonly onChange: string;
  readonly phase: JobPhase;
}

/**
 * Undefined when the image can be changed: in a template, in the regular containers of a pod, which the kubelet restarts in place, or
 * by making a Job anew.
 */
export function unchangeable(
  kind: WorkloadKind,
  { restarts, job }: Changing,
  { list }: TriggerContainer,
): Unchangeable | undefined {
  if (kind.immutableTemplate === true) return isJob(kind) ? unreplaceable(job) : 'Immutable';
  if (!isPod(kind)) return undefined;
  if (!restarts) return 'Ends';
  return list === 'initContainers' ? 'InitContainer' : undefined;
}

function unreplaceable(job: JobState | undefined): Unchangeable | undefined {
  const { phases } = decodeOnChange(job?.onChange ?? '');
  if (job === undefined || phases.size === 0) return 'Immutable';
  return phases.has(job.phase) || job.phase === 'Waiting' ? undefined : job.phase;
}
