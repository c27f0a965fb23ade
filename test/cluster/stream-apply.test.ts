import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ImageStream, ImageStreamStatus } from '../../src/imagestream/index.ts';
import { digest } from './image-streams.ts';
import { TestCluster } from './index.ts';
import { controllerUser, type InstalledWebhook, installWebhook } from './install.ts';
import { Project } from './project.ts';
import { tagReference, userStream } from './stream-manifests.ts';

jest.setTimeout(60_000);

const cluster = TestCluster.connect();
let webhook: InstalledWebhook;
let project: Project;

beforeAll(async () => {
  webhook = await installWebhook(cluster, { name: 'stream-apply' });
  project = await Project.create(cluster, { labels: webhook.namespaceLabels, user: 'ada' });
});
afterAll(async () => {
  await project?.close();
  await cluster.close();
});

const source = (tag: string) => `quay.io/example/app:${tag}`;
const manifest = (name: string, ...tags: readonly string[]) =>
  userStream(name, Object.fromEntries(tags.map((tag) => [tag, source(tag)])));
const tagsOf = ({ spec }: ImageStream) => spec?.tags?.map(({ name }) => name);
const generationsOf = ({ spec }: ImageStream) => spec?.tags?.map(({ generation }) => generation);
const versionOf = ({ metadata }: ImageStream) => [metadata.generation, metadata.resourceVersion];
const serverSide = (manager: string) => ['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'];

/** Reviews of image streams while `work` is done, `webhook` → number. */
async function reviewsOf(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const before = await webhook.reviews();
  await work();
  const calls: Record<string, number> = {};
  for (const [key, count] of await webhook.reviews()) {
    const [name = '', , kind] = key.split(' ');
    const more = count - (before.get(key) ?? 0);
    if (kind === 'ImageStream' && more > 0) calls[name] = (calls[name] ?? 0) + more;
  }
  return calls;
}

/** Writes a status as the controller does, through its own version. */
async function settle(name: string, status: ImageStreamStatus): Promise<void> {
  const stream = { ...(await project.stream(name)), apiVersion: 'image.openshift.io/v1stored', status };
  const kubeconfig = await cluster.kubeconfigFor({
    user: controllerUser,
    groups: ['system:serviceaccounts'],
  });
  // raw, as kubectl replaces the annotation of the last apply, too
  const path = `/apis/image.openshift.io/v1stored/namespaces/${project.namespace}/imagestreams/${name}`;
  const args = ['replace', '--raw', path, '-f', '-'];
  await cluster.kubectl(args, { kubeconfig, input: JSON.stringify(stream) });
}

const imported = (...tags: readonly string[]): ImageStreamStatus => ({
  tags: tags.map((tag) => ({
    tag,
    items: [
      {
        created: '2026-01-01T00:00:00Z',
        dockerImageReference: `quay.io/example/app@${digest(1)}`,
        image: digest(1),
        generation: 1,
      },
    ],
  })),
});

describe('a manifest that is applied again', () => {
  it('client-side changes nothing, and there is no difference to be seen', async () => {
    await project.apply(manifest('client', '1', '2'));
    const first = await project.stream('client');
    expect(first.spec?.tags).toMatchObject([
      {
        generation: 1,
        importPolicy: { importMode: 'PreserveOriginal' },
        referencePolicy: { type: 'Source' },
      },
      { generation: 1 },
    ]);
    await project.apply(manifest('client', '1', '2'));
    expect(versionOf(await project.stream('client'))).toEqual(versionOf(first));
    expect((await project.kubectl(['diff', '-f', '-'], manifest('client', '1', '2'))).stdout).toBe('');
  });

  it('server-side does neither', async () => {
    await project.kubectl(serverSide('flux'), manifest('server', '1', '2'));
    const first = await project.stream('server');
    await project.kubectl(serverSide('flux'), manifest('server', '1', '2'));
    expect(versionOf(await project.stream('server'))).toEqual(versionOf(first));
    const diff = ['diff', '--server-side', '--field-manager=flux', '-f', '-'];
    expect((await project.kubectl(diff, manifest('server', '1', '2'))).stdout).toBe('');
  });

  it.each([
    ['client-side', ['apply', '-f', '-'], ['diff', '-f', '-']],
    ['server-side', serverSide('flux'), ['diff', '--server-side', '--field-manager=flux', '-f', '-']],
  ])(
    '%s does neither when it was exported from OpenShift, nor with a thousand tags',
    async (way, apply, diff) => {
      const exported = (tag: string) => ({
        ...tagReference(tag, { from: source(tag), importMode: 'Legacy' }),
        annotations: null,
        generation: 99,
      });
      const names = Array.from({ length: 1000 }, (_, index) => `1.0.${index}`);
      const stream = { ...manifest(`many-${way}`), spec: { tags: names.map(exported) } };
      await project.kubectl(apply, stream);
      const first = await project.stream(`many-${way}`);
      expect(new Set(generationsOf(first))).toEqual(new Set([1]));
      await project.kubectl(apply, stream);
      expect(versionOf(await project.stream(`many-${way}`))).toEqual(versionOf(first));
      expect((await project.kubectl(diff, stream)).stdout).toBe('');
      await project.patchTag(`many-${way}`, '1.0.999', '/from/name', source('2'));
      expect(generationsOf(await project.stream(`many-${way}`))?.slice(-2)).toEqual([1, 2]);
    },
  );

  it('by managers of different fields never conflicts, and takes nothing from the other', async () => {
    const other = {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'shared', labels: { team: 'b' } },
      spec: { tags: [tagReference('2', source('2'))] },
    };
    await project.kubectl(serverSide('a'), manifest('shared', '1'));
    await project.kubectl(serverSide('b'), other);
    await project.kubectl(serverSide('a'), manifest('shared', '1'));
    const both = await project.stream('shared');
    expect([tagsOf(both), generationsOf(both)]).toEqual([
      ['1', '2'],
      [1, 2],
    ]);
    await project.kubectl(serverSide('b'), { ...other, spec: {} });
    expect(tagsOf(await project.stream('shared'))).toEqual(['1']);
  });

  it('client-side keeps the tag of a colleague, and removes one that left the manifest, with its history', async () => {
    await project.apply(manifest('team', '1', '2'));
    const colleague = { op: 'add', path: '/spec/tags/-', value: tagReference('3', source('3')) };
    await project.patch('team', colleague);
    await settle('team', imported('1', '2', '3'));
    await project.apply(manifest('team', '1', '2'));
    expect(tagsOf(await project.stream('team'))).toEqual(['1', '2', '3']);
    expect((await project.kubectl(['diff', '-f', '-'], manifest('team', '1', '2'))).stdout).toBe('');
    await project.apply(manifest('team', '1'));
    const { metadata, ...stream } = await project.stream('team');
    expect(tagsOf({ metadata, ...stream })).toEqual(['1', '3']);
    expect(metadata.annotations).toMatchObject({ 'imagestreams.io/removed-tags': '["2"]' });
  });
});

describe('the generation of a tag', () => {
  it('rises when it is asked to be imported again, or changes, and no other does', async () => {
    await project.apply(manifest('asked', '1', '2'));
    await project.requestImport('asked', '2');
    const asked = await project.stream('asked');
    expect(generationsOf(asked)).toEqual([1, 2]);
    await project.patchTag('asked', '1', '/from/name', source('other'));
    expect(generationsOf(await project.stream('asked'))).toEqual([3, 2]);
    await project.patchTag('asked', '1', '/importPolicy/scheduled', true);
    expect(generationsOf(await project.stream('asked'))).toEqual([3, 2]);
  });

  it('cannot be chosen', async () => {
    await project.apply(manifest('chosen', '1'));
    await project.patchTag('chosen', '1', '/generation', 99);
    expect(generationsOf(await project.stream('chosen'))).toEqual([1]);
  });
});

describe("the project's own annotations", () => {
  it('cannot be forged on create, nor later', async () => {
    const annotations = { 'imagestreams.io/candidates': '{}', 'imagestreams.io/tags': 'x', note: 'kept' };
    await project.kubectl(['create', '-f', '-'], userStream('forged', { '1': source('1') }, { annotations }));
    expect((await project.stream('forged')).metadata.annotations).toEqual({ note: 'kept' });
    await project.kubectl(['annotate', 'is', 'forged', 'imagestreams.io/removed-tags=["1"]', 'other=kept']);
    expect((await project.stream('forged')).metadata.annotations).toEqual({ note: 'kept', other: 'kept' });
  });
});

describe('the webhook is called', () => {
  it('in both phases for a create, and for an update of the spec', async () => {
    expect(await reviewsOf(() => project.apply(manifest('called', '1')))).toEqual({ mutate: 1, validate: 1 });
    const changes = await reviewsOf(() => project.patchTag('called', '1', '/from/name', source('2')));
    expect(changes).toEqual({ mutate: 1, validate: 1 });
  });

  it('never for labels, annotations of others, finalizers, owners and deletion', async () => {
    await project.apply(manifest('quiet', '1'));
    const calls = await reviewsOf(async () => {
      await project.kubectl(['label', 'is', 'quiet', 'some=label']);
      await project.kubectl(['annotate', 'is', 'quiet', 'some=annotation']);
      await project.patch('quiet', { op: 'add', path: '/metadata/finalizers', value: ['example.org/x'] });
      await project.patch('quiet', { op: 'remove', path: '/metadata/finalizers' });
      await project.kubectl(['delete', 'is', 'quiet', '--cascade=foreground']);
    });
    expect(calls).toEqual({});
  });

  it('never for what the controller writes', async () => {
    await project.apply(manifest('written', '1'));
    expect(await reviewsOf(() => settle('written', imported('1')))).toEqual({});
    expect((await project.tag('written', '1'))?.items?.[0]?.image).toBe(digest(1));
  });

  it('to validate a status that somebody restores', async () => {
    await project.apply(manifest('restored', '1'));
    const stream = { ...(await project.stream('restored')), status: imported('1') };
    const replace = ['replace', '--subresource=status', '-n', project.namespace, '-f', '-'];
    const write = () => cluster.kubectl(replace, { input: JSON.stringify(stream) });
    expect(await reviewsOf(write)).toEqual({ validate: 1 });
    expect(await project.history('restored', '1')).toEqual([digest(1)]);
  });
});
