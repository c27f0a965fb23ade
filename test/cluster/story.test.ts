import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
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
let k1 = '';
let k2 = '';

beforeAll(async () => {
  k1 = await writer.push('keycloak/keycloak', '20.0.2', 'story 20.0.2');
  k2 = await writer.push('keycloak/keycloak', '20.0.3', 'story 20.0.3');
  const { namespaceLabels } = await installWebhook(cluster, { name: 'story' });
  const mirror = { location: cluster.registry, insecure: true };
  await installLeader(cluster, { mirrors: [{ source: 'quay.io', mirrors: [mirror], contactSource: false }] });
  project = await Project.create(cluster, { labels: namespaceLabels, user: 'ada' });
});
afterAll(async () => {
  await project?.close();
  await writer.close();
  await cluster.close();
});

const patch = (operations: readonly object[]) =>
  project.kubectl(['patch', 'imagestream', 'keycloak', '--type=json', '-p', JSON.stringify(operations)]);
const pointTo = (tag: string) => patch([{ op: 'replace', path: '/spec/tags/0/from/name', value: tag }]);

async function images(): Promise<readonly string[]> {
  const path = 'jsonpath={.items[*].spec.template.spec.containers[0].image}';
  return (await project.kubectl(['get', 'deployments,statefulsets', '-o', path])).stdout.split(' ');
}

/** All workloads have that image, and have rolled out. */
async function rolledOut(digest: string): Promise<void> {
  const expected = Array(2).fill(`${repository}@${digest}`);
  await waitFor(`all workloads to have ${digest}`, images, {
    until: (seen) => seen.length === 2 && seen.every((image, index) => image === expected[index]),
  });
  for (const workload of ['deployment/mykeycloak', 'statefulset/keycloak-cache']) {
    await project.kubectl(['rollout', 'status', workload, '--timeout=30s']);
  }
}

// each step goes on where the one before it ended
describe('the story', () => {
  it('begins with a stream that imports itself, and workloads that name it', async () => {
    await project.kubectl(['apply', '-f', join(examples, 'stream.yaml')]);
    await patch([{ op: 'add', path: '/spec/lookupPolicy', value: { local: true } }]);
    await project.imported('keycloak', '20');
    await project.kubectl(['apply', '-f', join(examples, 'workloads.yaml')]);
    await rolledOut(k1);
  });

  it('goes on with a new version that moves nothing', async () => {
    const from = { kind: 'DockerImage', name: `${repository}:20.0.3` };
    await patch([{ op: 'add', path: '/spec/tags/-', value: { name: '20.0.3', from } }]);
    await project.imported('keycloak', '20.0.3');
    await rolledOut(k1);
  });

  it('rolls everything out when the alias moves, and applying again changes nothing', async () => {
    await pointTo('20.0.3');
    await rolledOut(k2);
    await project.kubectl(['apply', '-f', join(examples, 'workloads.yaml')]);
    const { code, stdout } = await project.kubectl(['diff', '-f', join(examples, 'workloads.yaml')]);
    expect([code, stdout]).toEqual([0, '']);
    await rolledOut(k2);
  });

  it('rolls everything back when the alias moves back', async () => {
    await pointTo('20.0.2');
    await rolledOut(k1);
    const path = 'jsonpath={.status.tags[?(@.tag=="20")].items[*].image}';
    const { stdout } = await project.kubectl(['get', 'imagestream', 'keycloak', '-o', path]);
    expect(stdout.split(' ')).toEqual([k1, k2, k1]);
  });
});
