/** One kind of object that holds a pod spec: a row of the table of workloads. */
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
  /** Another group that serves the same objects: the one to follow them in. */
  readonly servedAs?: string;
  /** Added by configuration; the cluster may serve it later or never. */
  readonly configured?: true;
}

const template = {
  podSpecPath: ['spec', 'template', 'spec'],
  templateMetadataPath: ['spec', 'template', 'metadata'],
} as const;

/** The rows that need no configuration. Source: image-policy.md §3.1, triggers.md §1.6. */
export const builtInKinds: readonly WorkloadKind[] = [
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
    servedAs: 'apps',
  },
  {
    group: 'extensions',
    resource: 'daemonsets',
    kind: 'DaemonSet',
    versions: ['v1beta1'],
    ...template,
    servedAs: 'apps',
  },
  {
    group: 'extensions',
    resource: 'replicasets',
    kind: 'ReplicaSet',
    versions: ['v1beta1'],
    ...template,
    servedAs: 'apps',
  },
];

/** `deployments.apps`; the resource alone for the core group. Unique in a table. */
export function resourceName({ group, resource }: Pick<WorkloadKind, 'group' | 'resource'>): string {
  return group === '' ? resource : `${resource}.${group}`;
}

/** Kubernetes' own Pod, the one kind that is no template. */
export function isPod({ group, resource }: WorkloadKind): boolean {
  return group === '' && resource === 'pods';
}

/**
 * What the kinds that have their pod spec where this one has it are called together, in names of objects in the cluster: by that
 * place where most have theirs, else by the first of them. A resource alone tells only the built-in ones apart.
 */
export function placeName(kind: WorkloadKind): string {
  if (kind.podSpecPath.join('.') === template.podSpecPath.join('.')) return 'templates';
  return kind.configured ? resourceName(kind) : kind.resource;
}

/** Kubernetes' own Job, the one kind that is made anew where its template cannot change. */
export function isJob({ group, resource }: WorkloadKind): boolean {
  return group === 'batch' && resource === 'jobs';
}
