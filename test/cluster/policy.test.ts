import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster } from './index.ts';
import { installWebhook } from './install.ts';
import { workloads } from './workloads.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const exact = `quay.io/keycloak/keycloak@${digest(1)}`;
const header = { apiVersion: 'image.openshift.io/v1', kind: 'ImagePolicyConfig' };
let namespace = '';
let lenient = '';

beforeAll(async () => {
  const policy = {
    ...header,
    resolveImages: 'Required',
    executionRules: [
      {
        name: 'known-registries',
        onResources: [{ resource: 'pods' }, { group: 'apps', resource: 'deployments' }],
        matchRegistries: ['quay.io'],
      },
    ],
  };
  const strict = await installWebhook(cluster, { name: 'strict', policy });
  namespace = await cluster.namespace(strict.namespaceLabels);
  await writeStream(cluster, namespace, 'keycloak', { '20': exact });
  const warning = await installWebhook(cluster, { name: 'lenient', args: ['--unresolved', 'Warn'] });
  lenient = await cluster.namespace(warning.namespaceLabels);
  await writeStream(cluster, lenient, 'keycloak', { '20': exact });
});
afterAll(() => cluster.close());

async function create(kind: string, image: string, more: object = {}) {
  const object = workloads[kind]?.('web', { image });
  const manifest = { ...object, metadata: { name: 'web', ...more } };
  return await cluster.kubectl(['create', '--dry-run=server', '-n', namespace, '-o', 'yaml', '-f', '-'], {
    input: JSON.stringify(manifest),
    allowFailure: true,
  });
}

const forged = {
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'x', uid: '1', controller: true }],
};

describe('a policy that requires exact images of known registries', () => {
  it.each([
    ['Deployment', 'keycloak:20', {}, `image: ${exact}`],
    ['Deployment', exact, {}, `image: ${exact}`],
    ['Deployment', 'quay.io/example/app:1', {}, 'it is not an exact image reference'],
    ['Deployment', 'nosuch:1', {}, 'there is no image stream "nosuch"'],
    ['Pod', `docker.io/library/nginx@${digest(2)}`, {}, 'this image is prohibited by policy'],
    ['Pod', 'quay.io/example/app:1', forged, 'it is not an exact image reference'],
    ['Pod', 'keycloak:20', forged, 'has a controller as owner'],
    ['Pod', exact, forged, `image: ${exact}`],
  ])('%s %s %j: %s', async (kind, image, more, expected) => {
    const { stdout, stderr } = await create(kind, image, more);
    expect(stdout + stderr).toContain(expected);
  });

  it('lets the Pods of a resolved Deployment run, and does not look at what kube-system makes', async () => {
    const input = JSON.stringify(workloads['Deployment']?.('runs', { image: 'keycloak:20' }));
    await cluster.kubectl(['create', '-n', namespace, '-f', '-'], { input });
    await cluster.kubectl(['rollout', 'status', 'deployment/runs', '-n', namespace, '--timeout=60s']);
  });

  it('spares a namespace the rules that its annotation names', async () => {
    await cluster.kubectl([
      'annotate',
      'namespace',
      namespace,
      'alpha.image.policy.openshift.io/ignore-rules=other',
    ]);
    const { stderr } = await create('Pod', `docker.io/library/nginx@${digest(2)}`);
    expect(stderr).toContain('no execution rule ("known-registries") allows it');
  });
});

describe('unresolved: Warn', () => {
  it('admits a name that cannot be resolved as written, with a warning', async () => {
    const input = JSON.stringify(workloads['Deployment']?.('web', { image: 'keycloak:21' }));
    const args = [
      'create',
      '-n',
      lenient,
      '-o',
      'jsonpath={.spec.template.spec.containers[0].image}',
      '-f',
      '-',
    ];
    const { stdout, stderr } = await cluster.kubectl(args, { input });
    expect(stdout).toBe('keycloak:21');
    expect(stderr).toContain('has no tag "21"');
    expect(stderr).toContain('admitted as written');
  });
});
