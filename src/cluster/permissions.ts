/** A rule of a Role or ClusterRole. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Only objects of these names; all if absent. `list` and `watch` then want the name as a field selector, and `create` knows none. */
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What an EventRecorder may do, in every namespace whose objects it speaks of. */
export const eventPermissions: readonly PolicyRule[] = [
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
];

/** What a LeaderElection may do, in a Role of the Lease's namespace. */
export const leasePermissions: readonly PolicyRule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
];
