/**
 * One kind of object that holds a pod spec. The table is the single source of what the webhook visits, of its
 * registration with the API server, and of the base path of a trigger's `fieldPath`.
 * Source: image-policy.md §3.1, triggers.md §1.6.
 */
export interface WorkloadKind {
  /** API group; empty for core. */
  readonly group: string;
  /** Plural resource name. */
  readonly resource: string;
  readonly kind: string;
  /** All versions that carried this kind, newest first. */
  readonly versions: readonly string[];
  readonly podSpecPath: readonly string[];
  /** Where the pods' own metadata stand; undefined for a Pod, whose metadata are the object's. */
  readonly templateMetadataPath?: readonly string[];
  /** The pod template cannot be changed once stored, so names are only resolved on create. */
  readonly immutableTemplate?: true;
  /** Does OpenShift's own trigger controller act on this kind? Others are an extension. */
  readonly upstreamTriggers?: true;
  /** Outside OpenShift's default resolution rules; visited only when a policy names it. */
  readonly byPolicyOnly?: true;
}

const template = {
  podSpecPath: ['spec', 'template', 'spec'],
  templateMetadataPath: ['spec', 'template', 'metadata'],
} as const;

export const workloadKinds: readonly WorkloadKind[] = [
  { group: '', resource: 'pods', kind: 'Pod', versions: ['v1'], podSpecPath: ['spec'] },
  {
    group: '',
    resource: 'replicationcontrollers',
    kind: 'ReplicationController',
    versions: ['v1'],
    ...template,
  },
  {
    group: '',
    resource: 'podtemplates',
    kind: 'PodTemplate',
    versions: ['v1'],
    podSpecPath: ['template', 'spec'],
    templateMetadataPath: ['template', 'metadata'],
    byPolicyOnly: true,
  },
  {
    group: 'apps',
    resource: 'deployments',
    kind: 'Deployment',
    versions: ['v1', 'v1beta2', 'v1beta1'],
    ...template,
    upstreamTriggers: true,
  },
  {
    group: 'apps',
    resource: 'statefulsets',
    kind: 'StatefulSet',
    versions: ['v1', 'v1beta2', 'v1beta1'],
    ...template,
    upstreamTriggers: true,
  },
  {
    group: 'apps',
    resource: 'daemonsets',
    kind: 'DaemonSet',
    versions: ['v1', 'v1beta2'],
    ...template,
    upstreamTriggers: true,
  },
  { group: 'apps', resource: 'replicasets', kind: 'ReplicaSet', versions: ['v1', 'v1beta2'], ...template },
  { group: 'batch', resource: 'jobs', kind: 'Job', versions: ['v1'], ...template, immutableTemplate: true },
  {
    group: 'batch',
    resource: 'cronjobs',
    kind: 'CronJob',
    versions: ['v1', 'v1beta1'],
    podSpecPath: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
    templateMetadataPath: ['spec', 'jobTemplate', 'spec', 'template', 'metadata'],
    upstreamTriggers: true,
  },
  {
    group: 'extensions',
    resource: 'deployments',
    kind: 'Deployment',
    versions: ['v1beta1'],
    ...template,
    upstreamTriggers: true,
  },
  { group: 'extensions', resource: 'daemonsets', kind: 'DaemonSet', versions: ['v1beta1'], ...template },
  { group: 'extensions', resource: 'replicasets', kind: 'ReplicaSet', versions: ['v1beta1'], ...template },
];

const byResource = new Map(workloadKinds.map((row) => [`${row.resource}.${row.group}`, row]));
const byKind = new Map(workloadKinds.map((row) => [`${row.kind}.${row.group}`, row]));

/** The row of a resource (`deployments` of group `apps`), as an admission request names it. */
export function workloadOfResource(group: string, resource: string): WorkloadKind | undefined {
  return byResource.get(`${resource}.${group}`);
}

/** The row of a manifest by its `apiVersion` (`apps/v1`) and `kind`. */
export function workloadOfManifest(apiVersion: string, kind: string): WorkloadKind | undefined {
  const slash = apiVersion.indexOf('/');
  const row = byKind.get(`${kind}.${slash < 0 ? '' : apiVersion.slice(0, slash)}`);
  return row?.versions.includes(apiVersion.slice(slash + 1)) === true ? row : undefined;
}
