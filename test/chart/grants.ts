import type { AuditedRequest } from '../cluster/audit.ts';
import type { Rendered } from './rendered.ts';

/** The smallest part of a role that can be taken away: one verb on one resource, of one name where rules have names. */
export interface Grant {
  /** `system:serviceaccount:NAMESPACE:NAME` */
  readonly account: string;
  /** `ClusterRole/NAME`, or `Role/NAMESPACE/NAME` */
  readonly role: string;
  readonly verb: string;
  readonly group: string;
  /** With its subresource, such as `pods/log`. */
  readonly resource: string;
  /** All names if undefined. */
  readonly name: string | undefined;
  /** All namespaces if undefined. */
  readonly namespace: string | undefined;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

interface Named {
  readonly name: string;
  readonly namespace?: string;
}

/** What roles and their bindings give to service accounts; of a ClusterRole that a RoleBinding names, in the namespace of the binding. */
export function grantsOf(objects: readonly Rendered[]): readonly Grant[] {
  return objects.flatMap((binding) => {
    if (binding['kind'] !== 'ClusterRoleBinding' && binding['kind'] !== 'RoleBinding') return [];
    const { namespace } = binding['metadata'] as Named;
    const { kind, name: roleName } = binding['roleRef'] as { readonly kind: string; readonly name: string };
    const isIt = (object: Rendered) => {
      const metadata = object['metadata'] as Named;
      const sameScope = kind === 'ClusterRole' || metadata.namespace === namespace;
      return object['kind'] === kind && metadata.name === roleName && sameScope;
    };
    const rules = (objects.find(isIt)?.['rules'] ?? []) as readonly Rule[];
    const role = kind === 'Role' ? `Role/${namespace}/${roleName}` : `ClusterRole/${roleName}`;
    const subjects = binding['subjects'] as readonly (Named & { readonly kind: string })[];
    const accounts = subjects.filter((subject) => subject.kind === 'ServiceAccount');
    return accounts.flatMap((subject) => {
      const account = `system:serviceaccount:${subject.namespace}:${subject.name}`;
      return rules.flatMap((rule) => partsOf(rule).map((part) => ({ account, role, namespace, ...part })));
    });
  });
}

function partsOf({ apiGroups, resources, resourceNames, verbs }: Rule) {
  const names = resourceNames === undefined || resourceNames.length === 0 ? [undefined] : resourceNames;
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) =>
      names.flatMap((name) => verbs.map((verb) => ({ verb, group, resource, name }))),
    ),
  );
}

/** Does this alone allow the request? As the RBAC authorizer judges: `create` has no name, and a list has that of its field selector. */
export function allows(grant: Grant, { user, verb, about }: AuditedRequest): boolean {
  if (about === undefined || user !== grant.account) return false;
  const resource = about.subresource === '' ? about.resource : `${about.resource}/${about.subresource}`;
  return (
    covers(grant.verb, verb) &&
    covers(grant.group, about.group) &&
    covers(grant.resource, resource) &&
    (grant.name === undefined || grant.name === about.name) &&
    (grant.namespace === undefined || grant.namespace === about.namespace)
  );
}

function covers(granted: string, asked: string): boolean {
  return granted === '*' || granted === asked;
}

/** Those without which each of the requests would have been allowed as well: nothing was seen to need them. */
export function spareGrants(grants: readonly Grant[], requests: readonly AuditedRequest[]): readonly Grant[] {
  const needed = new Set<Grant>();
  for (const request of requests) {
    if (request.code === 403) continue;
    const [first, ...others] = grants.filter((grant) => allows(grant, request));
    if (first !== undefined && others.length === 0) needed.add(first);
  }
  return grants.filter((grant) => !needed.has(grant));
}

/** `ROLE: VERB RESOURCE.GROUP NAME` */
export function grantText({ role, verb, group, resource, name }: Grant): string {
  const what = group === '' ? resource : `${resource}.${group}`;
  return `${role}: ${verb} ${what}${name === undefined ? '' : ` ${name}`}`;
}
