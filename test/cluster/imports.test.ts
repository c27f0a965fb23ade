import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy } from './fault-proxy.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { tagReference, userStream } from './stream-manifests.ts';
import { workloads } from './workloads.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
const origin = `http://${cluster.registry}`;
const writer = new ImageWriter({ origin });
let registry: FaultProxy;
let project: Project;
let keycloak = '';
let k1 = '';
let k2 = '';

beforeAll(async () => {
  registry = await FaultProxy.start({ upstream: origin });
  keycloak = `${registry.host}/imports/keycloak`;
  k1 = await writer.push('imports/keycloak', '20.0.2', 'keycloak 20.0.2');
  k2 = await writer.push('imports/keycloak', '20.0.3', 'keycloak 20.0.3');
  const webhook = await installWebhook(cluster, { name: 'imports' });
  await installLeader(cluster);
  project = await Project.create(cluster, { labels: webhook.namespaceLabels, user: 'ada' });
});
afterAll(async () => {
  await project?.close();
  await writer.close();
  await cluster.close();
  await registry?.stop();
});

describe('a stream that an editor applies', () => {
  const manifest = () => userStream('keycloak', { '20.0.2': `${keycloak}:20.0.2` });

  it('is imported: the status says the digest, and an Event tells of it', async () => {
    await project.apply(manifest());
    await project.imported('keycloak', '20.0.2', k1);
    const { spec, status } = await project.stream('keycloak');
    const [tag] = spec?.tags ?? [];
    expect(tag).toMatchObject({ generation: 1, referencePolicy: { type: 'Source' } });
    expect(status?.tags).toEqual([
      {
        tag: '20.0.2',
        items: [
          {
            created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
            dockerImageReference: `${keycloak}@${k1}`,
            image: k1,
            generation: 1,
          },
        ],
      },
    ]);
    const { type, note } = await project.event('keycloak', 'TagMoved');
    expect(type).toBe('Normal');
    expect(note).toContain(`${keycloak}@${k1}`);
  });

  it('is shown by kubectl get and kubectl describe', async () => {
    const { stdout } = await project.kubectl(['get', 'is', 'keycloak']);
    const [header = '', line = ''] = stdout.trim().split('\n');
    expect(header.split(/\s+/)).toEqual(['NAME', 'TAGS', 'UPDATED', 'LOCAL', 'AGE']);
    expect(line).toMatch(/^keycloak\s+20\.0\.2\s+\d+s\s+true\s+\d+s$/);
    const { stdout: described } = await project.kubectl(['describe', 'is', 'keycloak']);
    expect(described).toContain(k1);
    expect(described).toContain('TagMoved');
  });

  it('differs in nothing from its manifest, and applying it again changes nothing and asks no registry', async () => {
    expect((await project.kubectl(['diff', '-f', '-'], manifest())).stdout).toBe('');
    const before = await project.stream('keycloak');
    const asked = registry.requests.length;
    await project.apply(manifest());
    const after = await project.stream('keycloak');
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
    expect(registry.requests).toHaveLength(asked);
  });

  it('takes another tag by kubectl patch, and leaves the first where it was', async () => {
    const value = tagReference('20.0.3', `${keycloak}:20.0.3`);
    await project.patch('keycloak', { op: 'add', path: '/spec/tags/-', value });
    await project.imported('keycloak', '20.0.3', k2);
    expect(await project.history('keycloak', '20.0.2')).toEqual([k1]);
    const { stdout } = await project.kubectl(['get', 'is', 'keycloak', '--no-headers']);
    expect(stdout).toMatch(/^keycloak\s+20\.0\.[23],20\.0\.[23]\s/);
  });

  it('keeps that tag when its manifest, which does not know it, is applied again', async () => {
    await project.apply(manifest());
    const { spec } = await project.stream('keycloak');
    expect(spec?.tags?.map(({ name }) => name)).toEqual(['20.0.2', '20.0.3']);
    expect(await project.history('keycloak', '20.0.3')).toEqual([k2]);
  });

  it('loses a tag with its history when it is removed by kubectl patch', async () => {
    await project.patch('keycloak', { op: 'remove', path: '/spec/tags/1' });
    const gone = async () => (await project.tag('keycloak', '20.0.3')) === undefined;
    await waitFor('the history of 20.0.3 to go', gone);
    expect(await project.history('keycloak', '20.0.2')).toEqual([k1]);
  });
});

describe('asking for a tag to be imported again', () => {
  it('moves it when the source has changed, and else raises its generation only', async () => {
    const one = await writer.push('imports/moving', 'latest', 'one');
    await project.apply(userStream('moving', { latest: `${registry.host}/imports/moving:latest` }));
    await project.imported('moving', 'latest', one);
    const two = await writer.push('imports/moving', 'latest', 'two');
    await project.requestImport('moving', 'latest');
    await project.imported('moving', 'latest', two);
    const before = await project.tag('moving', 'latest');
    await project.requestImport('moving', 'latest');
    const after = await waitFor('the request to be answered', () => project.tag('moving', 'latest'), {
      until: (seen) => (seen?.items?.[0]?.generation ?? 0) > (before?.items?.[0]?.generation ?? 0),
    });
    expect(after.items?.map(({ image }) => image)).toEqual([two, one]);
    expect(after.items?.[0]?.created).toBe(before?.items?.[0]?.created);
  });
});

describe('a Deployment in the same kubectl apply as its stream', () => {
  const both = (name: string) => [
    userStream(name, { '20': `${registry.host}/imports/keycloak:20.0.2` }),
    { ...workloads['Deployment']?.(name, { image: `${name}:20` }) },
  ];
  const image = async (name: string) =>
    (
      await project.kubectl([
        'get',
        'deployment',
        name,
        '-o',
        'jsonpath={.spec.template.spec.containers[0].image}',
      ])
    ).stdout;

  it('is stored with the digest, though the registry takes its time', async () => {
    registry.rules = [{ path: /imports\/keycloak\/manifests/, first: 1, fault: { kind: 'Late', ms: 500 } }];
    await project.apply(...both('together'));
    expect(await image('together')).toBe(`${registry.host}/imports/keycloak@${k1}`);
  });

  it('is refused with the way out when the registry takes too long, and accepted the next time', async () => {
    registry.rules = [{ path: /imports\/keycloak\/manifests/, first: 1, fault: { kind: 'Late', ms: 4_000 } }];
    const { code, stderr } = await project.refused(['apply', '-f', '-'], ...both('slow'));
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/being imported|still importing/);
    await project.imported('slow', '20', k1);
    await project.apply(...both('slow'));
    expect(await image('slow')).toBe(`${registry.host}/imports/keycloak@${k1}`);
  });

  it('is refused with the reason when the image does not exist', async () => {
    registry.rules = [];
    const stream = userStream('absent', { '20': `${registry.host}/imports/keycloak:99` });
    const deployment = { ...workloads['Deployment']?.('absent', { image: 'absent:20' }) };
    const { code, stderr } = await project.refused(['apply', '-f', '-'], stream, deployment);
    expect(code).not.toBe(0);
    expect(stderr).toContain(`${registry.host}/imports/keycloak:99`);
  });
});

describe('an image for several platforms', () => {
  it('is recorded as its index, as the image for amd64, or as that for another platform', async () => {
    const { digest, images } = await writer.pushIndex('imports/multi', '1', 'multi', ['amd64', 'arm64']);
    const from = `${registry.host}/imports/multi:1`;
    const arm = { 'importer.image.openshift.io/prefer-arch': 'arm64' };
    await project.apply(
      userStream('multi', {
        whole: from,
        legacy: { from, importMode: 'Legacy' },
        arm: { from, importMode: 'Legacy', annotations: arm },
      }),
    );
    await project.imported('multi', 'whole', digest);
    await project.imported('multi', 'legacy', images['amd64']);
    await project.imported('multi', 'arm', images['arm64']);
  });
});

describe('a repository of 1,000 tags', () => {
  it('is declared and imported up to the bound, the best tags first', async () => {
    const tags = Array.from({ length: 998 }, (_, index) => `1.0.${index}`);
    const image = await writer.pushTags('imports/many', ['latest', '1.1', ...tags], 'many');
    const insecure = { 'openshift.io/image.insecureRepository': 'true' };
    const repository = `${registry.host}/imports/many`;
    await project.apply(userStream('many', {}, { repository, annotations: insecure }));
    const best = ['latest', '1.1', ...tags.toReversed()].slice(0, 50);
    for (const tag of best) await project.imported('many', tag, image);
    const { spec, status, metadata } = await project.stream('many');
    expect(spec?.tags?.map(({ name }) => name).toSorted()).toEqual(best.toSorted());
    expect(status?.tags?.map(({ tag }) => tag).toSorted()).toEqual(best.toSorted());
    expect(metadata.annotations?.['openshift.io/image.dockerRepositoryCheck']).toMatch(/^\d{4}-/);
  });
});
