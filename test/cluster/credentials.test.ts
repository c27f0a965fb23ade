import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ImageWriter } from './image-writer.ts';
import { TestCluster } from './index.ts';
import { installWebhook } from './install.ts';
import { installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { type RunningRegistry, startExtraRegistry } from './registry.ts';
import { basicAuthorization, otherPuller, puller, pullSecret } from './registry-users.ts';
import { userStream } from './stream-manifests.ts';
import { TokenServer } from './token-server.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const projects: Project[] = [];
const wrong = { name: puller.name, password: 'wrong' };
let tokens: TokenServer;
let labels: Readonly<Record<string, string>> = {};
let withUsers: { readonly registry: RunningRegistry; readonly writer: ImageWriter };
let withTokens: { readonly registry: RunningRegistry; readonly writer: ImageWriter };

beforeAll(async () => {
  tokens = await TokenServer.start({
    pulls: new Map([
      [puller, /^team\//],
      [otherPuller, /^other\//],
    ]),
    anonymous: /^open\//,
  });
  const [basic, token] = await Promise.all([
    startExtraRegistry(cluster, { name: 'users', access: { kind: 'Basic' } }),
    startExtraRegistry(cluster, { name: 'tokens', access: { kind: 'Token', server: tokens } }),
  ]);
  const authorization = () => basicAuthorization(puller);
  withUsers = { registry: basic, writer: new ImageWriter(basic, { authorization }) };
  const bearer = (repository: string) => `Bearer ${tokens.issue(repository, ['push', 'pull'])}`;
  withTokens = { registry: token, writer: new ImageWriter(token, { authorization: bearer }) };
  labels = (await installWebhook(cluster, { name: 'credentials' })).namespaceLabels;
  await installLeader(cluster, { interval: '3s' });
});
afterAll(async () => {
  for (const project of projects) await project.close();
  await withUsers?.writer.close();
  await withTokens?.writer.close();
  await cluster.close();
  await tokens?.stop();
});

async function newProject(): Promise<Project> {
  const project = await Project.create(cluster, { labels });
  projects.push(project);
  return project;
}

describe('a registry that asks for a password', () => {
  let project: Project;
  let from = '';
  let image = '';
  beforeAll(async () => {
    project = await newProject();
    from = `${withUsers.registry.host}/team/app:1`;
    image = await withUsers.writer.push('team/app', '1', 'app');
  });

  it('gives nothing without one; the condition and the Event say whose fault it may be', async () => {
    await project.apply(userStream('app', { '1': from }));
    const condition = await project.failed('app', '1', 'Unauthorized');
    expect(condition).toMatchObject({ type: 'ImportSuccess', status: 'False' });
    expect(condition.message).toContain(`you may not have access to the container image "${from}"`);
    expect((await project.event('app', 'ImportFailed')).note).toContain(from);
  });

  it('gives the image once the namespace has the secret and a user asks again', async () => {
    await project.apply(pullSecret('registry', withUsers.registry.host, puller));
    await project.requestImport('app', '1');
    await project.imported('app', '1', image);
    expect((await project.event('app', 'ImportRecovered')).type).toBe('Normal');
  });

  it('refuses a wrong password, and the last image stays', async () => {
    await project.apply(pullSecret('registry', withUsers.registry.host, wrong));
    await project.requestImport('app', '1');
    const { message } = await project.failed('app', '1', 'Unauthorized');
    expect(message).not.toContain(wrong.password);
    expect(await project.history('app', '1')).toEqual([image]);
  });

  it('is asked with each secret in turn, the most specific one first', async () => {
    await project.apply(pullSecret('another', `${withUsers.registry.host}/team`, puller));
    await project.requestImport('app', '1');
    await project.imported('app', '1', image);
    await project.apply(pullSecret('another', `${withUsers.registry.host}/team`, wrong));
    await project.apply(pullSecret('registry', withUsers.registry.host, puller));
    await project.requestImport('app', '1');
    await project.imported('app', '1', image);
  });
});

describe('a registry with a token server', () => {
  it('gives the image for a token that allows to pull just that repository', async () => {
    const project = await newProject();
    const image = await withTokens.writer.push('team/app', '1', 'app');
    await project.apply(pullSecret('registry', withTokens.registry.host, puller));
    await project.apply(userStream('app', { '1': `${withTokens.registry.host}/team/app:1` }));
    await project.imported('app', '1', image);
    const asked = tokens.requests.filter(({ user }) => user === puller.name);
    expect(new Set(asked.map(({ scope }) => scope))).toEqual(new Set(['repository:team/app:pull']));
  });

  it('is asked without credentials when it takes none of those that there are', async () => {
    const project = await newProject();
    const image = await withTokens.writer.push('open/app', '1', 'app');
    await project.apply(pullSecret('registry', withTokens.registry.host, wrong));
    await project.apply(userStream('app', { '1': `${withTokens.registry.host}/open/app:1` }));
    await project.imported('app', '1', image);
  });

  it('keeps a repository from a user who may pull another one only', async () => {
    const project = await newProject();
    await project.apply(pullSecret('registry', withTokens.registry.host, otherPuller));
    await project.apply(userStream('app', { '1': `${withTokens.registry.host}/team/app:1` }));
    const { reason } = await project.failed('app', '1');
    expect(['Unauthorized', 'Forbidden']).toContain(reason);
  });
});

describe('a tenant without credentials', () => {
  it('learns nothing from one who has them, not even with the same tag at the same time', async () => {
    const [insider, outsider] = [await newProject(), await newProject()];
    const from = `${withTokens.registry.host}/team/secret:latest`;
    const one = await withTokens.writer.push('team/secret', 'latest', 'one');
    await insider.apply(pullSecret('registry', withTokens.registry.host, puller));
    const stream = userStream('secret', { latest: { from, scheduled: true } });
    await Promise.all([insider, outsider].map((project) => project.apply(stream)));
    await insider.imported('secret', 'latest', one);
    await outsider.failed('secret', 'latest', 'Unauthorized');
    const two = await withTokens.writer.push('team/secret', 'latest', 'two');
    await insider.imported('secret', 'latest', two);
    await outsider.requestImport('secret', 'latest');
    const events = await outsider.events('secret');
    await outsider.failed('secret', 'latest', 'Unauthorized');
    expect(await outsider.history('secret', 'latest')).toEqual([]);
    expect(JSON.stringify([await outsider.stream('secret'), events])).not.toMatch(
      new RegExp(`${one}|${two}`),
    );
  });
});
