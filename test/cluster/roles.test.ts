import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, imageStream, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
afterAll(() => cluster.close());

const roles = ['view', 'edit', 'admin'] as const;
type Role = (typeof roles)[number];

let namespace = '';
const kubeconfigs = new Map<Role, string>();

/** Runs kubectl in the namespace as somebody who has one of Kubernetes' own roles there, and nothing else. */
function as(role: Role, args: readonly string[], input?: object) {
  return cluster.kubectl([...args, '-n', namespace], {
    kubeconfig: kubeconfigs.get(role) ?? '',
    allowFailure: true,
    ...(input === undefined ? {} : { input: JSON.stringify(input) }),
  });
}

beforeAll(async () => {
  namespace = await cluster.namespace();
  await writeStream(cluster, namespace, 'app', { '1': `quay.io/example/app@${digest(1)}` });
  for (const role of roles) {
    const user = `role-${role}`;
    const binding = ['rolebinding', role, `--clusterrole=${role}`, `--user=${user}`];
    await cluster.kubectl(['create', ...binding, '-n', namespace]);
    kubeconfigs.set(role, await cluster.kubeconfigFor({ user, groups: ['people'] }));
  }
  await waitFor('the roles to be aggregated', async () => {
    return (await as('edit', ['auth', 'can-i', 'create', 'imagestreams'])).stdout.trim() === 'yes';
  });
});

const stream = { ...imageStream('app', { '1': null }), apiVersion: 'image.openshift.io/v1' };
const forged = { status: { tags: [{ tag: '1', items: [{ image: digest(6) }] }] } };
const spec = { spec: { lookupPolicy: { local: false } } };

const attempts: Readonly<Record<string, readonly [args: readonly string[], input?: object]>> = {
  get: [['get', 'is', 'app']],
  list: [['get', 'is']],
  'read the status of': [['get', 'is', 'app', '--subresource=status']],
  create: [['create', '-f', '-', '--dry-run=server'], { ...stream, metadata: { name: 'other' } }],
  apply: [['apply', '--server-side', '-f', '-'], { ...stream, metadata: { name: 'third' } }],
  patch: [['patch', 'is', 'app', '--type=merge', '-p', JSON.stringify(spec)]],
  delete: [['delete', 'is', 'app', '--dry-run=server']],
  'patch the status of': [
    ['patch', 'is', 'app', '--subresource=status', '--type=merge', '-p', JSON.stringify(forged)],
  ],
  'replace the status of': [['replace', '--subresource=status', '-f', '-'], { ...stream, ...forged }],
};

describe.each(roles)('somebody with the role %s', (role) => {
  const may = ['get', 'list', 'read the status of'];
  if (role !== 'view') may.push('create', 'apply', 'patch', 'delete');

  it.each(Object.entries(attempts))('may or may not %s streams', async (what, [args, input]) => {
    const { code, stderr } = await as(role, args, input);
    if (may.includes(what)) expect([code, stderr]).toEqual([0, '']);
    else expect(stderr).toMatch(new RegExp(`forbidden: User "role-${role}" cannot .* "imagestreams`));
  });

  it('may or may not pull from other namespaces', async () => {
    const { stdout } = await as(role, ['auth', 'can-i', 'get', 'imagestreams', '--subresource=layers']);
    expect(stdout.trim()).toBe(role === 'view' ? 'no' : 'yes');
  });

  it('may not write version v1stored', async () => {
    const path = `/apis/image.openshift.io/v1stored/namespaces/${namespace}/imagestreams`;
    const body = { ...imageStream('forged', { '1': `evil.example/app@${digest(6)}` }) };
    const { code, stderr } = await cluster.kubectl(['create', '--raw', path, '-f', '-'], {
      kubeconfig: kubeconfigs.get(role) ?? '',
      allowFailure: true,
      input: JSON.stringify(body),
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      role === 'view' ? /cannot create/ : /written by the imagestreams controller alone/,
    );
  });
});

it('leaves the history as it was', async () => {
  const { stdout } = await as('view', [
    'get',
    'is',
    'app',
    '-o',
    'jsonpath={.status.tags[*].items[*].image}',
  ]);
  expect(stdout).toBe(digest(1));
});

describe('the role imagestreams-image-puller', () => {
  const account = 'system:serviceaccount:elsewhere:default';
  const binding = ['rolebinding', 'pullers', '--clusterrole=imagestreams-image-puller', `--user=${account}`];

  it('is passed on by an administrator of the namespace, not by an editor', async () => {
    expect((await as('edit', ['create', ...binding])).stderr).toContain('forbidden');
    expect((await as('admin', ['create', ...binding])).stderr).toBe('');
    const can = async (...what: readonly string[]) => {
      const args = ['auth', 'can-i', ...what, '-n', namespace, '--as', account];
      return (await cluster.kubectl(args, { allowFailure: true })).stdout.trim();
    };
    expect(await can('get', 'imagestreams', '--subresource=layers')).toBe('yes');
    expect(await can('get', 'imagestreams')).toBe('no');
    expect(await can('update', 'imagestreams', '--subresource=layers')).toBe('no');
  });
});
