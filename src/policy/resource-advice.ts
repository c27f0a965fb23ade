import { quote } from '../configuration/index.ts';
import { closest, listing } from '../suggestion/index.ts';
import { resourceName, type WorkloadTable } from '../workloads/index.ts';
import type { PolicyReport } from './findings.ts';
import type { GroupResource } from './types.ts';

/** Warns where a rule names a resource that is never looked at: no row of the table of workloads. */
export function adviseOnResource(
  target: GroupResource,
  at: string,
  workloads: WorkloadTable,
  report: PolicyReport,
): void {
  const { group, resource } = target;
  if (isVisited(target, workloads)) return;
  const looked = workloads.kinds.map(resourceName);
  report.warn(
    'ResourceNotVisited',
    at,
    `resource ${quote(resource)} of group ${quote(group)} is not looked at, so nothing is done for it; ` +
      `looked at are ${listing(looked, looked.length)}`,
    nearest(target, workloads),
  );
}

function isVisited({ group, resource }: GroupResource, workloads: WorkloadTable): boolean {
  if (resource === '*') return workloads.kinds.some((row) => row.group === group);
  return workloads.ofResource(group, resource) !== undefined;
}

function nearest({ group, resource }: GroupResource, { kinds }: WorkloadTable): string | undefined {
  if (resource === '*') {
    const near = closest(
      group,
      kinds.map((row) => row.group),
    );
    return near === undefined ? undefined : `group ${quote(near)}`;
  }
  const [plain = ''] = resource.split('/');
  const sameGroupFirst = kinds
    .filter((row) => row.group === group)
    .concat(kinds.filter((row) => row.group !== group));
  const named =
    sameGroupFirst.find((row) => row.resource === plain) ??
    sameGroupFirst.find((row) => row.kind.toLowerCase() === plain.toLowerCase());
  const near = closest(
    plain,
    sameGroupFirst.map((row) => row.resource),
  );
  const row = named ?? sameGroupFirst.find((candidate) => candidate.resource === near);
  return row && `resource ${quote(row.resource)} of group ${quote(row.group)}`;
}
