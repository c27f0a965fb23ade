import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TestCluster } from './index.ts';
import { installWebhook } from './install.ts';
import { jobManifest } from './job-project.ts';
import { Project } from './project.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const applied = ['apply', '--server-side', '--field-manager=team', '-f', '-'];
const image = `quay.io/example/keycloak@sha256:${'0'.repeat(64)}`;

let project: Project;

beforeAll(async () => {
  const { namespaceLabels: labels } = await installWebhook(cluster, { name: 'job-permissions' });
  project = await Project.create(cluster, { labels, user: 'ada' });
});
afterAll(async () => {
  await project?.close();
  await cluster.close();
});

describe('who may not delete Jobs', () => {
  const bob = async () => {
    await cluster.grant({
      user: 'bob',
      namespace: project.namespace,
      rules: [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'create', 'patch', 'update'] }],
    });
    const kubeconfig = await cluster.kubeconfigFor({ user: 'bob', groups: ['developers'] });
    return (args: readonly string[], input?: object) =>
      cluster.kubectl([...args, '-n', project.namespace], {
        ...{ kubeconfig, allowFailure: true },
        ...(input === undefined ? {} : { input: JSON.stringify(input) }),
      });
  };

  it('may not have them deleted either, nor change what has them deleted', async () => {
    const as = await bob();
    const forbidden = 'user "bob" may not delete jobs.batch';
    const manifest = jobManifest('of-bob', 'waiting', image, 'recreate');
    const created = await as(['create', '-f', '-'], manifest);
    expect(created.stderr).toContain(forbidden);
    expect(created.stderr).toContain('kubectl create role job-recreation');
    expect((await as(['create', '-f', '-'], jobManifest('of-bob', 'waiting', image))).code).toBe(0);
    const annotate = ['annotate', 'job', '--overwrite'];
    await project.kubectl(['create', '-f', '-'], jobManifest('of-ada', 'waiting', image, 'recreate'));
    expect((await as([...annotate, 'of-bob', 'imagestreams.io/on-change=recreate'])).stderr).toContain(
      forbidden,
    );
    const name = 'of-ada';
    expect((await as([...annotate, name, 'imagestreams.io/fire=again'])).stderr).toContain(forbidden);
    expect((await as([...annotate, name, 'some=thing'])).code).toBe(0);
    expect((await as([...annotate, name, 'imagestreams.io/on-change-'])).code).toBe(0);
  });

  it('does not get there by an owner that is taken away again', async () => {
    const as = await bob();
    await project.kubectl(['create', 'configmap', 'owner']);
    const { stdout: uid } = await project.kubectl([
      'get',
      'configmap',
      'owner',
      '-o',
      'jsonpath={.metadata.uid}',
    ]);
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid, controller: true };
    const manifest = jobManifest('owned', 'waiting', image, 'recreate') as {
      readonly metadata: object;
    };
    const owned = { ...manifest, metadata: { ...manifest.metadata, ownerReferences: [owner] } };
    expect((await as(['create', '-f', '-'], owned)).code).toBe(0);
    const patch = JSON.stringify([{ op: 'remove', path: '/metadata/ownerReferences' }]);
    const freed = await as(['patch', 'job', 'owned', '--type=json', '-p', patch]);
    expect(freed.stderr).toContain('user "bob" may not delete jobs.batch');
  });

  it('is told what is no word, and where none of them acts', async () => {
    const wrong = await project.refused(applied, jobManifest('wrong', 'waiting', image, 'recreat'));
    expect(wrong.stderr).toContain('did you mean "recreate"?');
    const elsewhere = await project.kubectl(applied, {
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name: 'pod', annotations: { 'imagestreams.io/on-change': 'recreate' } },
      spec: { containers: [{ name: 'main', image: image }] },
    });
    expect(elsewhere.stderr).toContain('it acts on a Job only');
  });
});
