import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiClient, connect } from '../../src/cluster/index.ts';
import { heldAnnotation } from '../../src/triggers/index.ts';
import { type Applier, type Manifest, pathTo, readLive } from './applier.ts';
import { ArgoCd, type ArgoCdSettings } from './argo-cd.ts';
import { Flux } from './flux.ts';
import { Helm } from './helm.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { installLeader } from './install-controller.ts';
import { KubectlApplier } from './kubectl-applier.ts';
import { Project } from './project.ts';
import { userStream } from './stream-manifests.ts';
import { triggerAnnotation, workloads } from './workloads.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const writer = new ImageWriter({ origin: `http://${cluster.registry}` });
const repository = `${cluster.registry}/appliers/keycloak`;
const text = `${repository}:20.0.2`;
const versions = ['20.0.2', '20.0.3', '20.0.4'] as const;
type Version = (typeof versions)[number];

const images = new Map<Version, string>();
let project: Project;
let client: ApiClient;

beforeAll(async () => {
  client = new ApiClient({
    connection: await connect({ kubeconfig: cluster.kubeconfig }),
    userAgent: 'imagestreams-test',
  });
  for (const version of versions) {
    images.set(version, `${repository}@${await writer.push('appliers/keycloak', version, version)}`);
  }
  const { namespaceLabels } = await installWebhook(cluster, { name: 'appliers' });
  await installLeader(cluster);
  project = await Project.create(cluster, { labels: namespaceLabels });
  const sources = Object.fromEntries(versions.map((version) => [version, `${repository}:${version}`]));
  await project.apply(userStream('keycloak', { ...sources, '20': { alias: '20.0.2' } }));
  for (const version of versions) await project.imported('keycloak', version);
  await project.imported('keycloak', '20');
});
afterAll(async () => {
  await project?.close();
  client?.close();
  await writer.close();
  await cluster.close();
});

interface Case {
  /** Of the Deployment. */
  readonly name: string;
  /** What its manifest says of the image; nothing if absent. */
  readonly image?: string;
  readonly make: () => Applier;
  /** The tool compares without asking the API server, so what the manifest says of the image is a difference for ever. */
  readonly blind?: true;
  /** The tool does not force, so it conflicts with whoever sets an image in its stead: kubectl, by hand. */
  readonly unforced?: true;
}

const argo = (settings?: ArgoCdSettings) => () => new ArgoCd(project, client, settings);
const helm = (serverSide: boolean) => () =>
  new Helm({ cluster, namespace: project.namespace, client, serverSide });

const cases: readonly (readonly [string, Case])[] = [
  ['kubectl apply', { name: 'kubectl', image: text, make: () => new KubectlApplier(project) }],
  [
    'kubectl apply, no image in the manifest',
    { name: 'kubectl-none', make: () => new KubectlApplier(project) },
  ],
  [
    'kubectl apply --server-side',
    {
      ...{ name: 'kubectl-server', image: text, unforced: true },
      make: () => new KubectlApplier(project, { serverSide: true }),
    },
  ],
  [
    'kubectl apply --server-side, no image in the manifest',
    { name: 'kubectl-server-none', make: () => new KubectlApplier(project, { serverSide: true }) },
  ],
  ['Helm 4', { name: 'helm', image: text, unforced: true, make: helm(true) }],
  ['Helm 4, three-way merge', { name: 'helm-merge', image: text, blind: true, make: helm(false) }],
  ['Argo CD', { name: 'argo', image: text, blind: true, make: argo() }],
  ['Argo CD, no image in the manifest', { name: 'argo-none', make: argo() }],
  ['Argo CD, ServerSideDiff', { name: 'argo-diff', image: text, make: argo({ compare: 'ServerSide' }) }],
  [
    'Argo CD, ServerSideApply and ServerSideDiff',
    { name: 'argo-server', image: ' ', make: argo({ sync: 'ServerSide', compare: 'ServerSide' }) },
  ],
  [
    'Argo CD, ServerSideApply, ServerSideDiff and IncludeMutationWebhook',
    { name: 'argo-webhooks', image: text, make: argo({ sync: 'ServerSide', compare: 'WithWebhooks' }) },
  ],
  [
    'Argo CD, Replace and ServerSideDiff',
    { name: 'argo-replace', image: text, make: argo({ sync: 'Replace', compare: 'ServerSide' }) },
  ],
  ['Flux', { name: 'flux', image: text, make: () => new Flux(project, client) }],
  ['Flux, no image in the manifest', { name: 'flux-none', make: () => new Flux(project, client) }],
];

const appliers = new Map<string, Applier>();
const applierOf = ({ name, make }: Case): Applier => {
  const applier = appliers.get(name) ?? make();
  appliers.set(name, applier);
  return applier;
};

const manifestOf = ({ name, image }: Case, replicas = 1): Manifest => {
  const annotations = triggerAnnotation('Deployment', 'keycloak:20');
  const built = workloads['Deployment']!(name, { image: image ?? '', annotations, replicas });
  // a container without an image, as the API types leave out what is empty
  return JSON.parse(JSON.stringify(built), (key, value) =>
    key === 'image' && value === '' ? undefined : value,
  );
};

const live = (each: Case) => readLive(client, pathTo(project.namespace, manifestOf(each)));

const imageIn = async (each: Case): Promise<string> => {
  const { spec } = (await live(each)) as unknown as {
    readonly spec: {
      readonly template: { readonly spec: { readonly containers: readonly { image: string }[] } };
    };
  };
  return spec.template.spec.containers[0]?.image ?? '';
};

const runs = (each: Case, version: Version) =>
  waitFor(`${each.name} to run ${version}`, () => imageIn(each), {
    until: (image) => image === images.get(version),
  });

const replicaSets = async ({ name }: Case) => {
  const path = `{.items[?(@.metadata.labels.app=="${name}")].metadata.name}`;
  const { stdout } = await project.kubectl(['get', 'replicasets', '-o', `jsonpath=${path}`]);
  return stdout.split(' ').length;
};

const rolledOut = ({ name }: Case) =>
  project.kubectl(['rollout', 'status', `deployment/${name}`, '--timeout=60s']);

const move = async (version: Version) => {
  await project.patchTag('keycloak', '20', '/from/name', version);
  await project.imported('keycloak', '20', images.get(version)?.split('@')[1]);
};

/** Replacing takes the Deployment controller's annotation away, and its generation moves for that alone. */
const whatRuns = async (each: Case) => {
  const { metadata, spec } = await live(each);
  return each.name === 'argo-replace' ? spec : metadata.generation;
};

/** Whatever the tool does with an unchanged manifest, and however often, changes nothing that runs. */
const isContent = async (each: Case, replicas = 1) => {
  const applier = applierOf(each);
  const manifest = manifestOf(each, replicas);
  const before = await whatRuns(each);
  const seen = each.blind === true ? ['.spec.template.spec.containers[keycloak].image'] : [];
  expect(await applier.differences(manifest)).toEqual(seen);
  for (let times = 0; times < 2; times += 1) await applier.apply(manifest);
  expect(await whatRuns(each)).toEqual(before);
  expect(await applier.differences(manifest)).toEqual(seen);
};

const heldIn = async (each: Case) => (await live(each)).metadata.annotations?.[heldAnnotation];

// each step goes on where the one before it ended
describe('a Deployment that follows a tag', () => {
  it.each(cases)('is made with the tag’s image, by one rollout, with %s', async (_, each) => {
    await applierOf(each).apply(manifestOf(each));
    expect(await imageIn(each)).toBe(images.get('20.0.2'));
    await rolledOut(each);
    await isContent(each);
    await rolledOut(each);
    expect(await replicaSets(each)).toBe(1);
  });

  describe('when the tag has moved', () => {
    beforeAll(() => move('20.0.3'));
    it.each(cases)('has its image by one more rollout, and content is %s', async (_, each) => {
      await runs(each, '20.0.3');
      await rolledOut(each);
      await isContent(each);
      await rolledOut(each);
      expect(await replicaSets(each)).toBe(2);
    });
  });

  describe('when it has moved back', () => {
    beforeAll(() => move('20.0.2'));
    it.each(cases)('has its first image again, and content is %s', async (_, each) => {
      await runs(each, '20.0.2');
      await rolledOut(each);
      await isContent(each);
      await rolledOut(each);
      expect(await replicaSets(each)).toBe(2);
    });
  });

  describe('that was undone by hand', () => {
    it.each(cases)('is held, and content is %s', async (_, each) => {
      await project.kubectl(['rollout', 'undo', `deployment/${each.name}`]);
      expect(await imageIn(each)).toBe(images.get('20.0.3'));
      await rolledOut(each);
      if (each.unforced === true) {
        await expect(applierOf(each).apply(manifestOf(each))).rejects.toThrow('conflict with "kubectl"');
        await applierOf(each).apply(manifestOf(each), '--force-conflicts');
      }
      await isContent(each);
      expect(await heldIn(each)).toContain('SetExplicitly');
    });
  });

  describe('that is held while the tag moves on', () => {
    beforeAll(() => move('20.0.4'));
    it.each(cases)('stays as it is, and scales with %s', async (_, each) => {
      await applierOf(each).apply(manifestOf(each, 2));
      expect(await imageIn(each)).toBe(images.get('20.0.3'));
      expect(await heldIn(each)).toContain('SetExplicitly');
      await rolledOut(each);
      await isContent(each, 2);
      await rolledOut(each);
      expect(await replicaSets(each)).toBe(2);
    });
  });

  describe('that is released', () => {
    it.each(cases)('has the tag’s image, and content is %s', async (_, each) => {
      await project.kubectl(['annotate', `deployment/${each.name}`, `${heldAnnotation}-`]);
      expect(await imageIn(each)).toBe(images.get('20.0.4'));
      await rolledOut(each);
      await isContent(each, 2);
      expect(await heldIn(each)).toBeUndefined();
    });
  });
});
