import { closest, listing } from '../suggestion/index.ts';
import { type WorkloadKind, workloadKinds, workloadOfResource } from '../workloads/index.ts';
import { quote } from './decode.ts';
import type { Report } from './findings.ts';
import type { GroupResource } from './types.ts';

/** Warns where a rule names a resource that is never looked at: no row of the table of workloads. */
export function adviseOnResource(target: GroupResource, at: string, report: Report): void {
  const { group, resource } = target;
  if (isVisited(target)) return;
  report.warn(
    'ResourceNotVisited',
    at,
    `resource ${quote(resource)} of group ${quote(group)} is not looked at, so nothing is done for it; ` +
      `looked at are ${listing(workloadKinds.map(name), workloadKinds.length)}`,
    nearest(target),
  );
}

function isVisited({ group, resource }: GroupResource): boolean {
  if (resource === '*') return workloadKinds.some((row) => row.group === group);
  return workloadOfResource(group, resource) !== undefined;
}

function nearest({ group, resource }: GroupResource): string | undefined {
  if (resource === '*') {
    const near = closest(
      group,
      workloadKinds.map((row) => row.group),
    );
    return near === undefined ? undefined : `group ${quote(near)}`;
  }
  const [plain = ''] = resource.split('/');
  const sameGroupFirst = workloadKinds
    .filter((row) => row.group === group)
    .concat(workloadKinds.filter((row) => row.group !== group));
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

function name({ group, resource }: WorkloadKind): string {
  return group === '' ? resource : `${resource}.${group}`;
}
