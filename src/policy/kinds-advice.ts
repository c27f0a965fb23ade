import { listing } from '../suggestion/index.ts';
import { isPod, resourceName, type WorkloadKind, type WorkloadTable } from '../workloads/index.ts';
import type { PolicyReport } from './findings.ts';
import type { ExecutionRule } from './types.ts';

/**
 * Warns of a rule on pods that leaves out a kind which makes pods: those pods are written by a listed controller and not looked
 * at, so the rule holds only for pods that people create themselves.
 */
export function adviseOnKinds(
  { onResources }: ExecutionRule,
  at: string,
  workloads: WorkloadTable,
  report: PolicyReport,
): void {
  const covers = ({ group, resource }: Pick<WorkloadKind, 'group' | 'resource'>) =>
    onResources.some((on) => on.group === group && on.resource === resource);
  if (!covers({ group: '', resource: 'pods' })) return;
  const missing = workloads.kinds.filter((kind) => ownControllersMakePods(kind) && !covers(kind));
  if (missing.length === 0) return;
  report.warn(
    'PodMakersLeftOut',
    at,
    `covers pods and not ${listing(missing.map(resourceName))}; pods that the cluster's controllers make of those are not looked at, so list every kind that makes pods`,
  );
}

/** The cluster's own controllers make Pods of it, and clusters of today serve it. */
function ownControllersMakePods(kind: WorkloadKind): boolean {
  const { configured, servedAs, byPolicyOnly } = kind;
  return !isPod(kind) && configured === undefined && servedAs === undefined && byPolicyOnly === undefined;
}
