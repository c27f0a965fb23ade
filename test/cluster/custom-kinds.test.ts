import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { heldAnnotation, triggersAnnotation } from '../../src/triggers/index.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { controllerUser, type InstalledWebhook, installWebhook } from './install.ts';
import { type InstalledController, installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { example, installDefinition, removeDefinition, workloadKinds } from './rollouts.ts';
import { userStream } from './stream-manifests.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const writer = new ImageWriter({ origin: `http://${cluster.registry}` });
const repository = `${cluster.registry}/kinds/keycloak`;
const rollout = 'rollout.argoproj.io/mykeycloak';

let webhook: InstalledWebhook;
let controller: InstalledController;
let project: Project;
/** A namespace that no webhook looks at. */
let unseen: Project;
let k1 = '';
let k2 = '';

beforeAll(async () => {
  await removeDefinition(cluster);
  k1 = `${repository}@${await writer.push('kinds/keycloak', '20.0.2', 'keycloak 20.0.2')}`;
  k2 = `${repository}@${await writer.push('kinds/keycloak', '20.0.3', 'keycloak 20.0.3')}`;
  webhook = await installWebhook(cluster, { name: 'kinds', workloadKinds });
  controller = await installLeader(cluster, { workloadKinds });
  project = await Project.create(cluster, { labels: webhook.namespaceLabels });
  unseen = await Project.create(cluster);
  const tags = {
    '20.0.2': `${repository}:20.0.2`,
    '20.0.3': `${repository}:20.0.3`,
    '20': { alias: '20.0.2' },
  };
  for (const each of [project, unseen]) {
    await each.apply(userStream('keycloak', tags));
    await each.imported('keycloak', '20.0.3', k2.split('@')[1]);
    await each.imported('keycloak', '20', k1.split('@')[1]);
  }
});
afterAll(async () => {
  await removeDefinition(cluster);
  await project?.close();
  await unseen?.close();
  await writer.close();
  await cluster.close();
});

/** Moves the tag in both namespaces. */
async function move(to: '20.0.2' | '20.0.3'): Promise<void> {
  for (const each of [project, unseen]) {
    await each.patchTag('keycloak', '20', '/from/name', to);
    await each.imported('keycloak', '20', (to === '20.0.2' ? k1 : k2).split('@')[1]);
  }
}

const get = async (where: Project, object: string, path: string) =>
  (await where.kubectl(['get', object, '-o', `jsonpath={${path}}`])).stdout;
const image = (where: Project, object = rollout) =>
  get(where, object, '.spec.template.spec.containers[0].image');
const generation = async (where: Project, object = rollout) =>
  Number(await get(where, object, '.metadata.generation'));
const annotation = (key: string) =>
  get(project, rollout, `.metadata.annotations.${key.replaceAll('.', '\\.')}`);
const runs = (where: Project, expected: string, object = rollout) =>
  waitFor(`${object} in ${where.namespace} to have ${expected}`, () => image(where, object), {
    until: (seen) => seen === expected,
  });
const followed = () => controller.metric('imagestreams_trigger_workloads', /kind="Rollout"/);
const setImage = (to: string) => {
  const patch = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: to }];
  return project.kubectl(['patch', rollout, '--type=json', '-p', JSON.stringify(patch)]);
};

const serverSide = ['apply', '--server-side', '--field-manager=team', '-f', '-'];
/** The same Rollout under another name, for those who apply server-side. */
const teams = 'rollout.argoproj.io/teams';
const teamsRollout = (): object => ({
  ...example('rollout.yaml')[0],
  metadata: { ...metadataOf('rollout.yaml'), name: 'teams' },
});
const metadataOf = (name: string) => (example(name)[0] as { readonly metadata: object }).metadata;

describe('a configured kind whose definition comes after webhook and controller', () => {
  it('is nothing to stop for', async () => {
    const { stdout } = await cluster.kubectl(['get', 'mutatingwebhookconfiguration', 'kinds', '-o', 'json']);
    expect(stdout).toContain('"argoproj.io"');
    expect(await controller.leads()).toBe(true);
  });

  it('is resolved as soon as it is there', async () => {
    await installDefinition(cluster);
    await waitFor('the webhook to be asked about it', async () => {
      const args = ['create', '--dry-run=server', '-o', 'json', '-f', '-'];
      return (await project.kubectl(args, ...example('rollout.yaml'))).stdout.includes(k1);
    });
    await project.apply(...example('rollout.yaml'));
    expect(await image(project)).toBe(k1);
    await unseen.apply(...example('rollout.yaml'));
    await runs(unseen, k1);
  });

  it('may be read and patched by the controller, and nothing more', async () => {
    const can = async (verb: string) => {
      const args = ['auth', 'can-i', verb, 'rollouts.argoproj.io', '--as', controllerUser];
      return (await cluster.kubectl(args, { allowFailure: true })).stdout.trim();
    };
    const verbs = ['get', 'list', 'watch', 'patch', 'create', 'update', 'delete'];
    const answers = await Promise.all(verbs.map(can));
    expect(answers).toEqual(['yes', 'yes', 'yes', 'yes', 'no', 'no', 'no']);
  });
});

describe('a Rollout that follows a tag', () => {
  beforeAll(async () => {
    await project.kubectl(serverSide, teamsRollout());
    await waitFor('the controller to know all', followed, { until: (count) => count === 3 });
  });

  it('gets its image by one change when it moves, and again when it moves back', async () => {
    const places = [rollout, teams];
    const generations = () => Promise.all(places.map((each) => generation(project, each)));
    const before = await generations();
    await move('20.0.3');
    await runs(project, k2);
    await runs(project, k2, teams);
    await runs(unseen, k2);
    expect(await generations()).toEqual(before.map((each) => each + 1));
    await move('20.0.2');
    for (const each of places) await runs(project, k1, each);
    await runs(unseen, k1);
    expect(await generations()).toEqual(before.map((each) => each + 2));
  });

  it('belongs to who applied it: applying it again changes nothing and finds no conflict', async () => {
    const before = await generation(project);
    await project.apply(...example('rollout.yaml'));
    expect((await project.kubectl(['diff', '-f', '-'], ...example('rollout.yaml'))).stdout).toBe('');
    expect(await generation(project)).toBe(before);
    await runs(project, k1, teams);
    const ofTeam = await generation(project, teams);
    await project.kubectl(serverSide, teamsRollout());
    expect(await generation(project, teams)).toBe(ofTeam);
    expect(await image(project, teams)).toBe(k1);
    await project.kubectl(['delete', teams]);
  });

  it('is given up by the controller where that had to set the image itself', async () => {
    const managers = () => get(unseen, rollout, '.metadata.managedFields[*].manager');
    const fields = async () =>
      (await unseen.kubectl(['get', rollout, '-o', 'json', '--show-managed-fields'])).stdout;
    await waitFor('the controller to own no containers', async () => {
      const { metadata } = JSON.parse(await fields()) as {
        readonly metadata: { readonly managedFields: readonly { readonly manager: string }[] };
      };
      const own = metadata.managedFields.filter(({ manager }) => manager === 'imagestreams-controller');
      return own.every((entry) => !JSON.stringify(entry).includes('f:containers'));
    });
    expect(await managers()).toContain('kubectl');
    // without it kubectl applies once: what it otherwise does besides, to leave client-side apply behind, may meet the controller between its two writes
    await unseen.kubectl(['annotate', rollout, 'kubectl.kubernetes.io/last-applied-configuration-']);
    const applied = await unseen.kubectl(
      ['apply', '--server-side', '--field-manager=other', '-f', '-'],
      ...example('rollout.yaml'),
    );
    expect(applied.stderr).not.toContain('conflict');
    await runs(unseen, k1);
  });

  it('is held where somebody sets another image, until that is over', async () => {
    const { stderr } = await setImage(`${repository}:20.0.3`);
    expect(stderr).toContain('held');
    expect(JSON.parse(await annotation(heldAnnotation))).toHaveProperty('keycloak');
    const held = await image(project);
    await move('20.0.3');
    await runs(unseen, k2);
    expect(await image(project)).toBe(held);
    await project.kubectl(['annotate', rollout, `${heldAnnotation}-`]);
    await runs(project, k2);
    await move('20.0.2');
    await runs(project, k1);
  });

  it('is told the base path of its kind where a field path has another', async () => {
    const [object] = example('rollout.yaml') as readonly { readonly metadata: object }[];
    const from = { kind: 'ImageStreamTag', name: 'keycloak:20' };
    const fieldPath = 'spec.containers[?(@.name=="keycloak")].image';
    const annotations = { [triggersAnnotation]: JSON.stringify([{ from, fieldPath }]) };
    const wrong = { ...object, metadata: { ...object?.metadata, name: 'wrong', annotations } };
    const { stderr } = await project.refused(['create', '-f', '-'], wrong);
    expect(stderr).toContain(
      'it must start with "spec.template.spec." in a Rollout; write spec.template.spec.containers[?(@.name=="keycloak")].image',
    );
  });

  it('owns ReplicaSets that are left as its own controller made them', async () => {
    const uid = await get(project, rollout, '.metadata.uid');
    const { template, selector } = (example('rollout.yaml')[0] as { readonly spec: Record<string, object> })
      .spec;
    const owner = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      name: 'mykeycloak',
      uid,
      controller: true,
    };
    const annotations = { [triggersAnnotation]: await annotation(triggersAnnotation) };
    const metadata = { name: 'owned', annotations, ownerReferences: [owner] };
    await project.apply({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata,
      spec: { replicas: 0, selector, template },
    });
    expect(await image(project, 'replicaset/owned')).toBe('keycloak:20');
    await move('20.0.3');
    await runs(project, k2);
    expect(await image(project, 'replicaset/owned')).toBe('keycloak:20');
  });

  it('may have its template elsewhere, where the trigger is then', async () => {
    await project.apply(...example('rollout-by-reference.yaml'));
    expect(await get(project, 'rollout.argoproj.io/referring', '.spec.template')).toBe('');
    await runs(project, k2, 'deployment/referred');
    await move('20.0.2');
    await runs(project, k1, 'deployment/referred');
    await runs(project, k1);
  });
});

describe('a configured kind whose definition goes', () => {
  it('ends nothing, and is followed again when it comes back', async () => {
    await removeDefinition(cluster);
    await waitFor('the controller to follow none', followed, { until: (count) => count === 0 });
    expect(await controller.leads()).toBe(true);
    await installDefinition(cluster);
    await waitFor('the webhook to be asked again', async () => {
      await project.apply(...example('rollout.yaml'));
      return (await image(project)) === k1;
    });
    await waitFor('the controller to know it', followed, { until: (count) => count === 1 });
    await move('20.0.3');
    await runs(project, k2);
  });
});
