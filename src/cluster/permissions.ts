/** A rule of a Role or ClusterRole. */
export interface PermissionRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What an EventRecorder may do, in every namespace whose objects it speaks of. */
export const eventPermissions: readonly PermissionRule[] = [
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
];

/**
 * What a LeaderElection may do, in the Lease's namespace alone. RBAC cannot confine `create` to a name.
 * @param name of the Lease
 */
export function leasePermissions(name: string): readonly PermissionRule[] {
  const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return [
    { ...leases, verbs: ['create'] },
    { ...leases, resourceNames: [name], verbs: ['get', 'update'] },
  ];
}
