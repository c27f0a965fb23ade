import { isPod, type WorkloadKind } from '../workloads/index.ts';
import type { TriggerContainer } from './trigger.ts';

/**
 * Why a container's image cannot follow its tag once the workload is stored.
 * - `Immutable`: the kind's template never changes (Job).
 * - `Ends`: a pod that does not restart its containers runs each once.
 * - `InitContainer`: those of a pod have run already.
 */
export type Unchangeable = 'Immutable' | 'Ends' | 'InitContainer';

/** Undefined when the image can be changed: in a template, or in the regular containers of a pod, which the kubelet restarts in place. */
export function unchangeable(
  kind: WorkloadKind,
  { restarts }: { readonly restarts: boolean },
  { list }: TriggerContainer,
): Unchangeable | undefined {
  if (kind.immutableTemplate === true) return 'Immutable';
  if (!isPod(kind)) return undefined;
  if (!restarts) return 'Ends';
  return list === 'initContainers' ? 'InitContainer' : undefined;
}
