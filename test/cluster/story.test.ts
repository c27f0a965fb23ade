import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { fireAnnotation } from '../../src/triggers/index.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { installLeader } from './install-controller.ts';
import { Project } from './project.ts';

jest.setTimeout(60_000);

const examples = join(import.meta.dirname, '..', '..', 'examples', 'story');
const repository = 'quay.io/keycloak/keycloak';
const cluster = TestCluster.connect();
const writer = new ImageWriter({ origin: `http://${cluster.registry}` });

let project: Project;
/** Another namespace that follows the stream. */
let partner: Project;
let k1 = '';
let k2 = '';

beforeAll(async () => {
  k1 = `${repository}@${await writer.push('keycloak/keycloak', '20.0.2', 'story 20.0.2')}`;
  k2 = `${repository}@${await writer.push('keycloak/keycloak', '20.0.3', 'story 20.0.3')}`;
  const { namespaceLabels } = await installWebhook(cluster, { name: 'story' });
  const mirror = { location: cluster.registry, insecure: true };
  await installLeader(cluster, { mirrors: [{ source: 'quay.io', mirrors: [mirror], contactSource: false }] });
  project = await Project.create(cluster, { labels: namespaceLabels, user: 'ada' });
  partner = await Project.create(cluster, { labels: namespaceLabels });
});
afterAll(async () => {
  await project?.close();
  await partner?.close();
  await writer.close();
  await cluster.close();
});

/** The documents of an example, in the namespaces of this test. */
const example = (file: string): readonly object[] => {
  const text = readFileSync(join(examples, file), 'utf8')
    .replaceAll('myproject', project.namespace)
    .replace(/\bpartner$/gm, partner.namespace)
    .replace('serviceaccounts:partner', `serviceaccounts:${partner.namespace}`);
  return parseAllDocuments(text).map((document) => document.toJS() as object);
};

const patch = (operations: readonly object[]) =>
  project.kubectl(['patch', 'imagestream', 'keycloak', '--type=json', '-p', JSON.stringify(operations)]);
const pointTo = (tag: string) => patch([{ op: 'replace', path: '/spec/tags/0/from/name', value: tag }]);

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly spec: Spec;
}

interface Spec {
  readonly template?: { readonly spec: Spec };
  readonly jobTemplate?: { readonly spec: Spec };
  readonly containers?: readonly { readonly image: string }[];
  readonly initContainers?: readonly { readonly image: string }[];
}

const all = 'deployments,statefulsets,daemonsets,cronjobs,jobs,pods';

/** Those of the example: pods of the others have a hash in their name. */
async function workloads(): Promise<ReadonlyMap<string, Workload>> {
  const lists = await Promise.all(
    [project, partner].map(async (where) => (await where.kubectl(['get', all, '-o', 'json'])).stdout),
  );
  const items = lists.flatMap((text) => (JSON.parse(text) as { readonly items: readonly Workload[] }).items);
  const named = items.map((item) => [`${item.kind}/${item.metadata.name}`, item] as const);
  return new Map(named.filter(([name]) => known.includes(name)));
}

const following = [
  'Deployment/mykeycloak',
  'StatefulSet/keycloak-cache',
  'DaemonSet/keycloak-agent',
  'CronJob/keycloak-export',
  'Pod/keycloak-shell',
  'Deployment/theirkeycloak',
];
const resting = ['Job/keycloak-import', 'Deployment/keycloak-archive'];
const known = [...following, ...resting];

function imagesIn({ template, jobTemplate, containers = [], initContainers = [] }: Spec): readonly string[] {
  const inner = jobTemplate?.spec ?? template?.spec;
  if (inner !== undefined) return imagesIn(inner);
  return [...initContainers, ...containers].map(({ image }) => image);
}

/** All that follow have that image in all of their containers, and have rolled out; the others have the first one. */
async function rolledOut(image: string, others = k1): Promise<void> {
  const expected = known.map((name) => {
    const count = name === 'Deployment/mykeycloak' ? 2 : 1;
    return `${name} ${Array(count).fill(following.includes(name) ? image : others)}`;
  });
  const shown = async () => {
    const found = await workloads();
    return known.map((name) => `${name} ${imagesIn(found.get(name)?.spec ?? {})}`);
  };
  await waitFor(`all workloads to have ${image}`, shown, {
    until: (seen) => JSON.stringify(seen) === JSON.stringify(expected),
  });
  for (const name of known.filter((each) => /^(Deployment|StatefulSet|DaemonSet)/.test(each))) {
    const where = name === 'Deployment/theirkeycloak' ? partner : project;
    await where.kubectl(['rollout', 'status', name.toLowerCase(), '--timeout=30s']);
  }
}

const generations = async () =>
  [...(await workloads())].map(([name, { metadata }]) => [name, metadata.generation] as const);

// each step goes on where the one before it ended
describe('the story', () => {
  it('begins with a stream that imports itself, and workloads that name it', async () => {
    await project.kubectl(['apply', '-f', join(examples, 'stream.yaml')]);
    await patch([{ op: 'add', path: '/spec/lookupPolicy', value: { local: true } }]);
    await project.imported('keycloak', '20');
    await project.kubectl(['apply', '-f', join(examples, 'workloads.yaml')]);
    const [binding, deployment] = example('elsewhere.yaml');
    await cluster.kubectl(['apply', '-f', '-'], { input: JSON.stringify(binding) });
    await partner.apply(deployment!);
    await rolledOut(k1);
  });

  it('goes on with a new version that moves nothing', async () => {
    const before = await generations();
    const from = { kind: 'DockerImage', name: `${repository}:20.0.3` };
    await patch([{ op: 'add', path: '/spec/tags/-', value: { name: '20.0.3', from } }]);
    await project.imported('keycloak', '20.0.3');
    await rolledOut(k1);
    expect(await generations()).toEqual(before);
  });

  it('rolls everything out when the alias moves, and applying again changes nothing', async () => {
    await pointTo('20.0.3');
    await rolledOut(k2);
    const before = await generations();
    await project.kubectl(['apply', '-f', join(examples, 'workloads.yaml')]);
    const { code, stdout } = await project.kubectl(['diff', '-f', join(examples, 'workloads.yaml')]);
    expect([code, stdout]).toEqual([0, '']);
    await partner.apply(example('elsewhere.yaml')[1]!);
    await rolledOut(k2);
    expect(await generations()).toEqual(before);
  });

  it('says what stays behind', async () => {
    const notes = async (reason: string) => {
      const args = [
        'get',
        'events',
        `--field-selector=reason=${reason}`,
        '-o',
        'jsonpath={.items[*].message}',
      ];
      return (await project.kubectl(args)).stdout;
    };
    await waitFor('the Event on the Job', async () =>
      (await notes('TriggerSkipped')).includes('its template cannot be changed'),
    );
  });

  it('rolls everything back when the alias moves back', async () => {
    await pointTo('20.0.2');
    await rolledOut(k1);
    const path = 'jsonpath={.status.tags[?(@.tag=="20")].items[*].image}';
    const { stdout } = await project.kubectl(['get', 'imagestream', 'keycloak', '-o', path]);
    expect(stdout.split(' ').map((digest) => `${repository}@${digest}`)).toEqual([k1, k2, k1]);
  });

  it('moves what is manual when it is told to', async () => {
    await pointTo('20.0.3');
    await rolledOut(k2);
    await project.kubectl(['annotate', 'deployment/keycloak-archive', `${fireAnnotation}=1`]);
    const archive = async () => imagesIn((await workloads()).get('Deployment/keycloak-archive')?.spec ?? {});
    expect(await archive()).toEqual([k2]);
    await project.kubectl(['rollout', 'status', 'deployment/keycloak-archive', '--timeout=30s']);
    await pointTo('20.0.2');
    await waitFor('the others to roll back', async () =>
      imagesIn((await workloads()).get('Deployment/mykeycloak')?.spec ?? {}).every((image) => image === k1),
    );
    expect(await archive()).toEqual([k2]);
  });
});
