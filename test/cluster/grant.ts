/** One rule of a role, as in RBAC. */
export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** What a user, or each member of a group, may do; everywhere when no namespace is given. */
export type Grant = ({ readonly user: string } | { readonly group: string }) & {
  readonly rules: readonly Rule[];
  readonly namespace?: string;
};

/** A role and its binding, both called `name`. */
export function grantObjects(grant: Grant, name: string): object {
  const { rules, namespace } = grant;
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const scope = namespace === undefined ? 'Cluster' : '';
  const metadata = { name: `grant-${name}`, ...(namespace === undefined ? {} : { namespace }) };
  const role = { apiVersion, kind: `${scope}Role`, metadata, rules: rules.map(withGroups) };
  const binding = {
    apiVersion,
    kind: `${scope}RoleBinding`,
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${scope}Role`, name: metadata.name },
    subjects: [
      'user' in grant
        ? { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: grant.user }
        : { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: grant.group },
    ],
  };
  return { apiVersion: 'v1', kind: 'List', items: [role, binding] };
}

// The core group is meant where none is named.
function withGroups(rule: Rule): Rule {
  return rule.nonResourceURLs === undefined ? { apiGroups: [''], ...rule } : rule;
}
