import { builtInKinds, resourceName, type WorkloadKind } from './kinds.ts';

/**
 * The kinds of a running program, made once at its start. The single source of what the webhook visits, of its registration with
 * the API server, of permissions, of what the controller watches, and of the base path of a trigger's `fieldPath`.
 */
export class WorkloadTable {
  /** The built-in ones first. */
  readonly kinds: readonly WorkloadKind[];
  readonly #byResource: ReadonlyMap<string, WorkloadKind>;
  readonly #byKind: ReadonlyMap<string, WorkloadKind>;

  /** @param configured rows that share neither resource nor kind with another one of their group */
  constructor(configured: readonly WorkloadKind[] = []) {
    this.kinds = [...builtInKinds, ...configured];
    this.#byResource = new Map(this.kinds.map((row) => [resourceName(row), row]));
    this.#byKind = new Map(this.kinds.map((row) => [`${row.kind}.${row.group}`, row]));
  }

  /** The row of a resource (`deployments` of group `apps`), as an admission request names it. */
  ofResource(group: string, resource: string): WorkloadKind | undefined {
    return this.#byResource.get(resourceName({ group, resource }));
  }

  /** The row of a manifest by its `apiVersion` (`apps/v1`) and `kind`. */
  ofManifest(apiVersion: string, kind: string): WorkloadKind | undefined {
    const slash = apiVersion.indexOf('/');
    const row = this.#byKind.get(`${kind}.${slash < 0 ? '' : apiVersion.slice(0, slash)}`);
    return row?.versions.includes(apiVersion.slice(slash + 1)) === true ? row : undefined;
  }
}

export const builtInTable = new WorkloadTable();
