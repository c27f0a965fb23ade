/** One rule of a role, as in RBAC. */
export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** What a user may do; everywhere when no namespace is given. */
export interface Grant {
  readonly user: string;
  readonly rules: readonly Rule[];
  readonly namespace?: string;
}

/** A role and its binding, both called `name`. */
export function grantObjects({ user, rules, namespace }: Grant, name: string): object {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const scope = namespace === undefined ? 'Cluster' : '';
  const metadata = { name: `grant-${name}`, ...(namespace === undefined ? {} : { namespace }) };
  const role = { apiVersion, kind: `${scope}Role`, metadata, rules: rules.map(withGroups) };
  const binding = {
    apiVersion,
    kind: `${scope}RoleBinding`,
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${scope}Role`, name: metadata.name },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }],
  };
  return { apiVersion: 'v1', kind: 'List', items: [role, binding] };
}

// The core group is meant where none is named.
function withGroups(rule: Rule): Rule {
  return rule.nonResourceURLs === undefined ? { apiGroups: [''], ...rule } : rule;
}
