import { type ApiClient, isApiError, type JsonObject, type PolicyRule } from '../cluster/index.ts';
import { resourceName, type WorkloadKind, type WorkloadTable } from '../workloads/index.ts';

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

/** What following tags takes of permissions: the controller reads workloads and patches them, and makes and deletes none. */
export function triggerPermissions(workloads: WorkloadTable): readonly PolicyRule[] {
  return Array.from(
    Map.groupBy(followingKinds(workloads), ({ group }) => group),
    ([group, rows]) => ({
      apiGroups: [group],
      resources: rows.map(({ resource }) => resource),
      verbs: ['get', 'list', 'watch', 'patch'],
    }),
  );
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
  try {
    const list = (await client.get(path, { signal })) as JsonObject;
    return (list['resources'] ?? []) as readonly JsonObject[];
  } catch (error) {
    if (isApiError(error, 'NotFound')) return [];
    throw error;
  }
}
