import type { ApiClient, JsonObject, PolicyRule } from '../cluster/index.ts';
import { isJob, resourceName, type WorkloadKind, type WorkloadTable } from '../workloads/index.ts';

/** A kind of workload that the cluster serves. */
export interface ServedKind {
  /** `deployments.apps`; the resource alone for the core group. */
  readonly id: string;
  readonly row: WorkloadKind;
  readonly version: string;
  /** `apps/v1` */
  readonly apiVersion: string;
}

/**
 * Kinds whose triggers are acted on. Not those that run nothing themselves (PodTemplate), and each once: the group `extensions`
 * held the objects of `apps` again.
 */
export function followingKinds({ kinds }: WorkloadTable): readonly WorkloadKind[] {
  return kinds.filter(({ byPolicyOnly, servedAs }) => byPolicyOnly === undefined && servedAs === undefined);
}

/** What following tags takes of permissions: the controller reads workloads and patches them, and of Jobs makes and deletes some. */
export function triggerPermissions(workloads: WorkloadTable): readonly PolicyRule[] {
  const rows = followingKinds(workloads);
  const following = Array.from(
    Map.groupBy(rows, ({ group }) => group),
    ([group, ofGroup]) => ({
      apiGroups: [group],
      resources: ofGroup.map(({ resource }) => resource),
      verbs: ['get', 'list', 'watch', 'patch'],
    }),
  );
  const recreating = rows.filter(isJob).map(({ group, resource }) => {
    return { apiGroups: [group], resources: [resource], verbs: ['create', 'delete'] };
  });
  return [...following, ...recreating];
}

/** Those of the kinds that the cluster serves in namespaces, each in its newest version. Rejects with an ApiError when the cluster cannot be asked. */
export async function servedKinds(
  client: ApiClient,
  kinds: readonly WorkloadKind[],
  signal?: AbortSignal,
): Promise<readonly ServedKind[]> {
  const lists = new Map<string, Promise<readonly JsonObject[]>>();
  const resourcesOf = (apiVersion: string) => {
    const known = lists.get(apiVersion) ?? resourcesIn(client, apiVersion, signal);
    lists.set(apiVersion, known);
    return known;
  };
  const served: ServedKind[] = [];
  for (const row of kinds) {
    for (const version of row.versions) {
      const apiVersion = row.group === '' ? version : `${row.group}/${version}`;
      const resources = await resourcesOf(apiVersion);
      if (!resources.some((each) => isServedBy(each, row))) continue;
      served.push({ id: resourceName(row), row, version, apiVersion });
      break;
    }
  }
  return served;
}

/** Whoever configured a kind may have taken another one's resource for it, or one that lies in no namespace. */
function isServedBy({ name, kind, namespaced }: JsonObject, row: WorkloadKind): boolean {
  return name === row.resource && (kind ?? row.kind) === row.kind && namespaced !== false;
}

async function resourcesIn(
  client: ApiClient,
  apiVersion: string,
  signal: AbortSignal | undefined,
): Promise<readonly JsonObject[]> {
  const path = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const list = (await client.find(path, { signal })) as JsonObject | undefined;
  return (list?.['resources'] ?? []) as readonly JsonObject[];
}
