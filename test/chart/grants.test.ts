import { describe, expect, it } from '@jest/globals';
import type { AuditedObject, AuditedRequest } from '../cluster/audit.ts';
import { type Grant, grantsOf, grantText, spareGrants } from './grants.ts';

const account = 'system:serviceaccount:home:app';

function role(kind: 'Role' | 'ClusterRole', name: string, ...rules: readonly object[]) {
  return { kind, metadata: { name, ...(kind === 'Role' ? { namespace: 'home' } : {}) }, rules };
}

function binding(kind: 'RoleBinding' | 'ClusterRoleBinding', roleKind: string, name: string) {
  return {
    kind,
    metadata: { name, ...(kind === 'RoleBinding' ? { namespace: 'home' } : {}) },
    roleRef: { kind: roleKind, name },
    subjects: [
      { kind: 'ServiceAccount', namespace: 'home', name: 'app' },
      { kind: 'Group', name: 'people' },
    ],
  };
}

const rule = (resource: string, ...verbs: readonly string[]) => ({
  apiGroups: [''],
  resources: [resource],
  verbs,
});

function request(
  verb: string,
  about: Partial<AuditedObject>,
  more: Partial<AuditedRequest> = {},
): AuditedRequest {
  const nothing = { group: '', resource: '', subresource: '', namespace: '', name: '' };
  return { user: account, verb, uri: '', code: 200, about: { ...nothing, ...about }, ...more };
}

const everywhere = (...rules: readonly object[]) =>
  grantsOf([role('ClusterRole', 'r', ...rules), binding('ClusterRoleBinding', 'ClusterRole', 'r')]);
const texts = (grants: readonly Grant[]) => grants.map(grantText);

describe('grants', () => {
  it('are each verb on each resource, group and name', () => {
    const rules = [
      { apiGroups: ['a', 'b'], resources: ['x', 'y'], verbs: ['get'] },
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['one', 'two'], verbs: ['list', 'watch'] },
    ];
    expect(texts(everywhere(...rules))).toEqual([
      ...['x.a', 'y.a', 'x.b', 'y.b'].map((what) => `ClusterRole/r: get ${what}`),
      ...['one', 'two'].flatMap((name) =>
        ['list', 'watch'].map((verb) => `ClusterRole/r: ${verb} secrets ${name}`),
      ),
    ]);
  });

  it.each([
    ['ClusterRoleBinding', 'ClusterRole', 'ClusterRole/r', undefined],
    ['RoleBinding', 'Role', 'Role/home/r', 'home'],
    ['RoleBinding', 'ClusterRole', 'ClusterRole/r', 'home'],
  ] as const)('of a %s with a %s are where the binding is', (kind, roleKind, named, namespace) => {
    const grants = grantsOf([role(roleKind, 'r', rule('pods', 'get')), binding(kind, roleKind, 'r')]);
    expect(grants).toEqual([
      { account, role: named, namespace, verb: 'get', group: '', resource: 'pods', name: undefined },
    ]);
  });

  it('of a role that nobody is bound to are none', () => {
    expect(grantsOf([role('ClusterRole', 'r', rule('pods', 'get'))])).toEqual([]);
  });
});

describe('a grant is spare', () => {
  const named = { ...rule('secrets', 'list'), resourceNames: ['own'] };
  const home = grantsOf([role('Role', 'r', rule('pods', 'list')), binding('RoleBinding', 'Role', 'r')]);
  const pods = everywhere(rule('pods', 'list'));

  it.each<[string, readonly Grant[], AuditedRequest, boolean]>([
    ['unless a request needs it', pods, request('list', { resource: 'pods' }), false],
    ['for another verb', pods, request('watch', { resource: 'pods' }), true],
    ['for another resource', pods, request('list', { resource: 'nodes' }), true],
    ['for another group', pods, request('list', { group: 'apps', resource: 'pods' }), true],
    ['for a subresource', pods, request('list', { resource: 'pods', subresource: 'log' }), true],
    [
      'unless it is for that subresource',
      everywhere(rule('pods/log', 'get')),
      request('get', { resource: 'pods', subresource: 'log', name: 'a' }),
      false,
    ],
    ['for another account', pods, request('list', { resource: 'pods' }, { user: 'admin' }), true],
    ['for what was denied', pods, request('list', { resource: 'pods' }, { code: 403 }), true],
    [
      'unless what was asked for was not there',
      pods,
      request('list', { resource: 'pods' }, { code: 404 }),
      false,
    ],
    ['for discovery', pods, { ...request('list', {}), about: undefined }, true],
    [
      'unless it is of that name',
      everywhere(named),
      request('list', { resource: 'secrets', name: 'own' }),
      false,
    ],
    ['for another name', everywhere(named), request('list', { resource: 'secrets', name: 'other' }), true],
    ['for all names', everywhere(named), request('list', { resource: 'secrets' }), true],
    ['unless it is of that namespace', home, request('list', { resource: 'pods', namespace: 'home' }), false],
    ['for another namespace', home, request('list', { resource: 'pods', namespace: 'other' }), true],
    ['for all namespaces', home, request('list', { resource: 'pods' }), true],
  ])('%s', (_, grants, asked, spare) => {
    expect(spareGrants(grants, [asked])).toEqual(spare ? grants : []);
  });

  it('when another one allows the same, both of them', () => {
    const both = [...pods, ...home];
    const here = request('list', { resource: 'pods', namespace: 'home' });
    expect(spareGrants(both, [here])).toEqual(both);
    expect(spareGrants(both, [here, request('list', { resource: 'pods' })])).toEqual(home);
  });
});
