/** Permission to break the glass, as RBAC has it: `bypass` on `enforcement.imagestreams.io`, a resource that exists for this alone. */
export const bypassPermission = {
  apiGroups: ['imagestreams.io'],
  resources: ['enforcement'],
  verbs: ['bypass'],
};

/** A role to bind those to who may; nobody is. */
export function breakGlassRole(name: string): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: `${name}-break-glass` },
    rules: [bypassPermission],
  };
}
