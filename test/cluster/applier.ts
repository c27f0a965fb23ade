import type { ApiClient, JsonObject } from '../../src/cluster/index.ts';
import { resourcePath } from '../../src/cluster/index.ts';
import { builtInKinds } from '../../src/workloads/index.ts';

/** A workload's manifest. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** A tool that brings a namespace to what manifests say. */
export interface Applier {
  /** Applies as it does of itself; `options` are those of its command line, where it has one. */
  apply(manifest: Manifest, ...options: readonly string[]): Promise<void>;
  /** What it would report as different from the manifest; nothing when it is content. */
  differences(manifest: Manifest): Promise<readonly string[]>;
}

/** Where a workload stands in the API. */
export function pathTo(namespace: string, { kind, metadata: { name } }: Manifest): string {
  const { group, resource } = builtInKinds.find((row) => row.kind === kind)!;
  return resourcePath({ group, version: 'v1', resource, namespace, name });
}

/** A stored object, as far as comparing looks at it. */
export interface LiveObject extends JsonObject {
  readonly spec?: unknown;
  readonly metadata: {
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly ManagedFields[];
  };
}

export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
  readonly fieldsV1: unknown;
}

export async function readLive(client: ApiClient, path: string): Promise<LiveObject> {
  return (await client.get(path)) as LiveObject;
}
