import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  fireAnnotation,
  heldAnnotation,
  releaseAnnotation,
  triggersAnnotation,
} from '../../src/triggers/index.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { type InstalledWebhook, installWebhook } from './install.ts';
import { installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { userStream } from './stream-manifests.ts';
import { podSpecPath, triggerAnnotation, type WorkloadParts, workloads } from './workloads.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const writer = new ImageWriter({ origin: `http://${cluster.registry}` });
const repository = `${cluster.registry}/held/keycloak`;
/** What manifests say. */
const text = `${repository}:20.0.2`;
let k1 = '';
let k2 = '';
let project: Project;
let webhook: InstalledWebhook;

beforeAll(async () => {
  k1 = `${repository}@${await writer.push('held/keycloak', '20.0.2', 'keycloak 20.0.2')}`;
  k2 = `${repository}@${await writer.push('held/keycloak', '20.0.3', 'keycloak 20.0.3')}`;
  webhook = await installWebhook(cluster, { name: 'held' });
  await installLeader(cluster);
  project = await Project.create(cluster, { labels: webhook.namespaceLabels, user: 'ada' });
  const tags = { '20.0.2': text, '20.0.3': `${repository}:20.0.3`, '20': { alias: '20.0.2' } };
  await project.apply(userStream('keycloak', tags));
  await project.imported('keycloak', '20.0.3', k2.split('@')[1]);
  await project.imported('keycloak', '20', k1.split('@')[1]);
});
afterAll(async () => {
  await project?.close();
  await writer.close();
  await cluster.close();
});

const move = async (to: '20.0.2' | '20.0.3') => {
  await project.patchTag('keycloak', '20', '/from/name', to);
  await project.imported('keycloak', '20', (to === '20.0.2' ? k1 : k2).split('@')[1]);
};

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];

const manifest = (name: string, parts: Partial<WorkloadParts> = {}, kind = 'Deployment'): object =>
  workloads[kind]!(name, { image: text, annotations: triggerAnnotation(kind, 'keycloak:20'), ...parts });

const paused = (kind = 'Deployment') => {
  const { [triggersAnnotation]: value = '' } = triggerAnnotation(kind, 'keycloak:20');
  return { [triggersAnnotation]: value.replace('}]', ',"paused":true}]') };
};

const get = async (object: string, path: string) =>
  (await project.kubectl(['get', object, '-o', `jsonpath={${path}}`])).stdout;
const image = (object: string) =>
  get(
    object,
    `${podSpecPath(object.split('/')[0] === 'cronjob' ? 'CronJob' : 'Deployment')}.containers[0].image`,
  );
const generation = (object: string) => get(object, '.metadata.generation');
const annotation = (object: string, key: string) =>
  get(object, `.metadata.annotations.${key.replaceAll('.', '\\.')}`);
const runs = (object: string, expected: string) =>
  waitFor(`${object} to run ${expected}`, () => image(object), { until: (seen) => seen === expected });

/** ReplicaSets that a Deployment has made: as many as rollouts. */
const replicaSets = async (name: string) =>
  (await get('replicasets', `.items[?(@.metadata.labels.app=="${name}")].metadata.name`)).split(' ').length;

/** Does what a person does, and gives what kubectl warned of. */
const say = async (...args: readonly string[]) => (await project.kubectl(args)).stderr;
const rolledOut = (object: string) => project.kubectl(['rollout', 'status', object, '--timeout=60s']);

const clientSide = ['apply', '-f', '-'];
const serverSide = ['apply', '--server-side', '--field-manager=team', '-f', '-'];
const ways = [
  ['kubectl apply', 'client', clientSide, ['diff', '-f', '-']],
  [
    'kubectl apply --server-side',
    'server',
    serverSide,
    ['diff', '--server-side', '--field-manager=team', '-f', '-'],
  ],
] as const;

// first, while no other workload follows the tag
describe('the API server', () => {
  const reviews = async () => {
    const counts = await webhook.reviews();
    return [...counts].reduce((sum, [key, count]) => sum + (key.startsWith('mutate') ? count : 0), 0);
  };

  it('asks for what concerns triggers, and for nothing else', async () => {
    await project.apply(manifest('asked'), manifest('unasked', { annotations: {} }));
    await rolledOut('deployment/asked');
    const object = 'deployment/asked';
    // where another write comes between, the API server applies a patch again, and asks again
    const asked = async (...args: readonly string[]) => {
      const before = await reviews();
      await project.kubectl(args);
      return (await reviews()) - before;
    };
    expect(await asked('label', object, 'a=b')).toBe(0);
    expect(await asked('annotate', object, 'a=b')).toBe(0);
    expect(await asked('scale', object, '--replicas=2')).toBe(0);
    expect(await asked('annotate', object, `${fireAnnotation}=1`)).toBeGreaterThan(0);
    expect(await asked('annotate', object, `${releaseAnnotation}=1`)).toBeGreaterThan(0);
    expect(await asked('annotate', object, `${heldAnnotation}=x`)).toBeGreaterThan(0);
    expect(await asked('annotate', object, `${triggersAnnotation}-`)).toBeGreaterThan(0);
    expect(await asked('annotate', 'deployment/unasked', `${fireAnnotation}=1`)).toBe(0);
  });
});

describe.each(ways)('a Deployment that follows a tag, by %s', (_, way, apply, diff) => {
  const name = `web-${way}`;
  const object = `deployment/${name}`;

  it('is made with the tag’s image, by one rollout', async () => {
    await move('20.0.2');
    expect((await project.kubectl(apply, manifest(name))).stderr).toBe('');
    expect(await image(object)).toBe(k1);
    await rolledOut(object);
    expect(await replicaSets(name)).toBe(1);
  });

  it('does not change when it is applied again, and shows no difference', async () => {
    const before = await generation(object);
    await project.kubectl(apply, manifest(name));
    expect(await generation(object)).toBe(before);
    expect((await project.kubectl(diff, manifest(name))).stdout).toBe('');
  });

  it('keeps the image of a moved tag in the same way, by one more rollout', async () => {
    await move('20.0.3');
    await runs(object, k2);
    const before = await generation(object);
    await project.kubectl(apply, manifest(name));
    expect(await image(object)).toBe(k2);
    expect(await generation(object)).toBe(before);
    expect((await project.kubectl(diff, manifest(name))).stdout).toBe('');
    await rolledOut(object);
    expect(await replicaSets(name)).toBe(2);
  });

  it('changes otherwise without its image', async () => {
    await project.kubectl(apply, manifest(name, { replicas: 2 }));
    expect(await image(object)).toBe(k2);
    await rolledOut(object);
    expect(await replicaSets(name)).toBe(2);
  });

  it('is held when its manifest says another image, and stays so', async () => {
    const other = `${repository}:20.0.3`;
    const { stderr } = await project.kubectl(apply, manifest(name, { image: other }));
    expect(stderr).toContain('set on purpose, so the trigger on "keycloak:20" is held');
    expect(await image(object)).toBe(other);
    // what an apply brought is its own no more than what others wrote: applying again takes nothing away
    const before = await generation(object);
    expect((await project.kubectl(apply, manifest(name, { image: other }))).stderr).toBe('');
    expect(JSON.parse(await annotation(object, heldAnnotation))).toMatchObject({
      keycloak: { image: other, by: 'ada' },
    });
    expect(await generation(object)).toBe(before);
    expect((await project.kubectl(diff, manifest(name, { image: other }))).stdout).toBe('');
  });

  it('follows again after its release, and the same manifest means the tag from then on', async () => {
    const other = `${repository}:20.0.3`;
    await say('annotate', object, `${releaseAnnotation}=1`);
    expect(await image(object)).toBe(k2);
    expect((await project.kubectl(apply, manifest(name, { image: other }))).stderr).toBe('');
    expect(await image(object)).toBe(k2);
    await move('20.0.2');
    await runs(object, k1);
  });
});

describe.each(kinds)('a rollback of a %s', (kind) => {
  const name = `undo-${kind.toLowerCase()}`;
  const object = `${kind.toLowerCase()}/${name}`;

  it('by a moved tag is a rollout like any other', async () => {
    await move('20.0.2');
    await project.apply(manifest(name, {}, kind));
    await rolledOut(object);
    await move('20.0.3');
    await runs(object, k2);
    await rolledOut(object);
  });

  it('by kubectl rollout undo stays, and says how to release it', async () => {
    const warning = await say('rollout', 'undo', object);
    expect(warning).toContain('set on purpose, so the trigger on "keycloak:20" is held');
    expect(warning).toContain(
      `kubectl annotate ${kind.toLowerCase()}s/${name} --namespace=${project.namespace} ${heldAnnotation}-`,
    );
    expect(await image(object)).toBe(k1);
    await rolledOut(object);
  });

  it('stays when the manifest is applied again, and when the tag moves', async () => {
    const before = await generation(object);
    expect((await project.apply(manifest(name, {}, kind))).stderr).toBe('');
    expect((await project.kubectl(['diff', '-f', '-'], manifest(name, {}, kind))).stdout).toBe('');
    await move('20.0.2');
    await move('20.0.3');
    expect(await image(object)).toBe(k1);
    expect(await generation(object)).toBe(before);
  });

  it('ends with the command that the warning said', async () => {
    const command = [
      'annotate',
      `${kind.toLowerCase()}s/${name}`,
      `--namespace=${project.namespace}`,
      `${heldAnnotation}-`,
    ];
    await project.kubectl(command);
    expect(await image(object)).toBe(k2);
    expect(await annotation(object, heldAnnotation)).toBe('');
    await rolledOut(object);
  });
});

describe('a person', () => {
  it('sets an image that stays until it is released', async () => {
    await move('20.0.2');
    await project.apply(manifest('person'));
    const warning = await say('set', 'image', 'deployment/person', `keycloak=${text}`);
    expect(warning).toContain('is held');
    expect(await image('deployment/person')).toBe(text);
    await move('20.0.3');
    await say('annotate', 'deployment/person', 'note=x');
    expect(await image('deployment/person')).toBe(text);
    await say('annotate', 'deployment/person', `${heldAnnotation}-`);
    expect(await image('deployment/person')).toBe(k2);
  });

  it('fires a paused trigger once', async () => {
    await move('20.0.2');
    await project.apply(manifest('fired', { annotations: paused(), image: 'keycloak:20.0.3' }));
    expect(await image('deployment/fired')).toBe(k2);
    await say('annotate', 'deployment/fired', `${fireAnnotation}=1`);
    expect(await image('deployment/fired')).toBe(k1);
    await move('20.0.3');
    await say('annotate', 'deployment/fired', 'note=x');
    expect(await image('deployment/fired')).toBe(k1);
    await say('annotate', '--overwrite', 'deployment/fired', `${fireAnnotation}=2`);
    expect(await image('deployment/fired')).toBe(k2);
  });

  it('pauses and resumes a trigger', async () => {
    await move('20.0.2');
    await project.apply(manifest('pausing'));
    await project.apply(manifest('pausing', { annotations: paused() }));
    await move('20.0.3');
    await say('set', 'image', 'deployment/pausing', `keycloak=${text}`);
    expect(await image('deployment/pausing')).toBe(text);
    expect(await annotation('deployment/pausing', heldAnnotation)).toBe('');
    await project.apply(manifest('pausing'));
    expect(await image('deployment/pausing')).toBe(k2);
  });

  it('does not get a removed trigger back without a word', async () => {
    await move('20.0.2');
    await project.apply(manifest('removed'));
    await rolledOut('deployment/removed');
    await say('annotate', 'deployment/removed', `${triggersAnnotation}-`);
    await say('set', 'image', 'deployment/removed', `keycloak=${repository}:20.0.3`);
    await rolledOut('deployment/removed');
    const warning = await say('rollout', 'undo', 'deployment/removed');
    expect(warning).toContain(
      'its trigger on "keycloak:20" came back with an earlier state of the object, so it is held',
    );
    expect(await image('deployment/removed')).toBe(k1);
    await move('20.0.3');
    await say('annotate', 'deployment/removed', 'note=x');
    expect(await image('deployment/removed')).toBe(k1);
  });

  it('forges no hold, and is held by a patch like by any other edit', async () => {
    await move('20.0.2');
    await project.apply(manifest('forged'));
    const hold = {
      keycloak: { image: k2, since: '2020-01-01T00:00:00Z', reason: 'SetExplicitly', by: 'eve' },
    };
    await say('annotate', 'deployment/forged', `${heldAnnotation}=${JSON.stringify(hold)}`);
    expect(await annotation('deployment/forged', heldAnnotation)).toBe('');
    const patch = {
      spec: { template: { spec: { containers: [{ name: 'keycloak', image: `${repository}:x` }] } } },
    };
    expect(await say('patch', 'deployment/forged', '-p', JSON.stringify(patch))).toContain('is held');
  });
});
