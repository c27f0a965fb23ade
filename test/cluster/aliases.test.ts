import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { tagReference, userStream } from './stream-manifests.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const writer = new ImageWriter({ origin: `http://${cluster.registry}` });
const repository = `${cluster.registry}/aliases/keycloak`;
let project: Project;
let shared: Project;
let k1 = '';
let k2 = '';

beforeAll(async () => {
  k1 = await writer.push('aliases/keycloak', '20.0.2', 'keycloak 20.0.2');
  k2 = await writer.push('aliases/keycloak', '20.0.3', 'keycloak 20.0.3');
  const { namespaceLabels } = await installWebhook(cluster, { name: 'aliases' });
  await installLeader(cluster);
  project = await Project.create(cluster, { labels: namespaceLabels, user: 'ada' });
  shared = await Project.create(cluster, { labels: namespaceLabels });
});
afterAll(async () => {
  await project?.close();
  await shared?.close();
  await writer.close();
  await cluster.close();
});

describe('an alias', () => {
  it('points to what its tag points to, through a chain', async () => {
    const tags = { '20.0.2': `${repository}:20.0.2`, '20': { alias: '20.0.2' }, stable: { alias: '20' } };
    await project.apply(userStream('keycloak', tags));
    await project.imported('keycloak', '20', k1);
    await project.imported('keycloak', 'stable', k1);
  });

  it('stays while a new version is imported', async () => {
    const value = tagReference('20.0.3', `${repository}:20.0.3`);
    await project.patch('keycloak', { op: 'add', path: '/spec/tags/-', value });
    await project.imported('keycloak', '20.0.3', k2);
    expect(await project.history('keycloak', '20')).toEqual([k1]);
  });

  it('moves on to it when it is pointed there, with all that follow', async () => {
    await project.patchTag('keycloak', '20', '/from/name', '20.0.3');
    await project.imported('keycloak', '20', k2);
    await project.imported('keycloak', 'stable', k2);
    expect(await project.history('keycloak', '20')).toEqual([k2, k1]);
  });

  it('moves back, and the way there and back is in its history', async () => {
    await project.patchTag('keycloak', '20', '/from/name', 'keycloak:20.0.2');
    await project.imported('keycloak', '20', k1);
    await project.imported('keycloak', 'stable', k1);
    expect(await project.history('keycloak', '20')).toEqual([k1, k2, k1]);
    expect(await project.history('keycloak', 'stable')).toEqual([k1, k2, k1]);
    expect(await project.history('keycloak', '20.0.2')).toEqual([k1]);
    const notes = (await project.events('keycloak')).map(({ note }) => note);
    expect(notes.some((note) => note.includes('"20"') && note.includes(k2))).toBe(true);
  });

  it('is refused when it would follow itself', async () => {
    const operation = { op: 'add', path: '/spec/tags/-', value: tagReference('a', { alias: 'b' }) };
    const other = { op: 'add', path: '/spec/tags/-', value: tagReference('b', { alias: 'a' }) };
    const args = ['patch', 'is', 'keycloak', '--type=json', '-p', JSON.stringify([operation, other])];
    const { code, stderr } = await project.refused(args);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/spec\.tags\[[ab]\]\.from/);
  });
});

describe('an ImageStreamImage', () => {
  it('is found by the beginning of its digest, and stays', async () => {
    const from = { kind: 'ImageStreamImage', name: `keycloak@${k2.slice('sha256:'.length, 20)}` };
    await project.patch('keycloak', { op: 'add', path: '/spec/tags/-', value: { name: 'fixed', from } });
    await project.imported('keycloak', 'fixed', k2);
  });
});

describe('a reference', () => {
  it('records its source and is not imported', async () => {
    const from = { kind: 'DockerImage', name: 'registry.invalid/team/app:1' };
    const value = { name: 'noted', from, reference: true };
    await project.patch('keycloak', { op: 'add', path: '/spec/tags/-', value });
    const noted = await waitFor('the reference to be recorded', () => project.tag('keycloak', 'noted'));
    expect(noted.conditions ?? []).toEqual([]);
    expect(noted.items?.[0]?.dockerImageReference).toBe('registry.invalid/team/app:1');
  });
});

describe('an alias of a stream in another namespace', () => {
  const follow = { 'imagestreams.io/follow': 'true' };

  it('is refused to a user who may not pull there', async () => {
    await shared.apply(userStream('base', { '1': `${repository}:20.0.2` }));
    await shared.imported('base', '1', k1);
    const alias = { alias: 'base:1', namespace: shared.namespace };
    const { code, stderr } = await project.refused(['apply', '-f', '-'], userStream('app', { '1': alias }));
    expect(code).not.toBe(0);
    expect(stderr).toContain('spec.tags[1].from: Forbidden');
  });

  it('is resolved once, and follows only where it says so and its namespace may pull there', async () => {
    const subjects = [`--user=ada`, `--group=system:serviceaccounts:${project.namespace}`];
    const role = 'clusterrole=imagestreams-image-puller';
    await shared.kubectl(['create', 'rolebinding', 'pullers', `--${role}`, ...subjects]);
    const alias = { alias: 'base:1', namespace: shared.namespace };
    const manifest = userStream('app', { once: alias, followed: { ...alias, annotations: follow } });
    await waitFor('the right to pull to count', async () => {
      const { code } = await project.refused(['apply', '-f', '-'], manifest);
      return code === 0;
    });
    await project.imported('app', 'once', k1);
    await project.imported('app', 'followed', k1);
    await shared.patchTag('base', '1', '/from/name', `${repository}:20.0.3`);
    await shared.imported('base', '1', k2);
    await project.imported('app', 'followed', k2);
    expect(await project.history('app', 'once')).toEqual([k1]);
  });
});
