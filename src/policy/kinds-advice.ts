import { listing } from '../suggestion/index.ts';
import { type WorkloadKind, workloadKinds } from '../workloads/index.ts';
import type { Report } from './findings.ts';
import type { ExecutionRule } from './types.ts';

/** The kinds of which the cluster's own controllers make Pods, in the versions that clusters serve today. */
const podMakers = workloadKinds.filter(
  ({ resource, group, byPolicyOnly }) =>
    resource !== 'pods' && group !== 'extensions' && byPolicyOnly === undefined,
);

/**
 * Warns of a rule on pods that leaves out a kind which makes pods: those pods are written by a listed controller and not looked
 * at, so the rule holds only for pods that people create themselves.
 */
export function adviseOnKinds({ onResources }: ExecutionRule, at: string, report: Report): void {
  const covers = ({ group, resource }: Pick<WorkloadKind, 'group' | 'resource'>) =>
    onResources.some((on) => on.group === group && on.resource === resource);
  if (!covers({ group: '', resource: 'pods' })) return;
  const missing = podMakers.filter((kind) => !covers(kind));
  if (missing.length === 0) return;
  report.warn(
    'PodMakersLeftOut',
    at,
    `covers pods and not ${listing(missing.map(nameOf))}; pods that the cluster's controllers make of those are not looked at, so list every kind that makes pods`,
  );
}

function nameOf({ group, resource }: WorkloadKind): string {
  return group === '' ? resource : `${resource}.${group}`;
}
