import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { ApiClient, connect, type JsonObject, Reflector, resourcePath } from '../../src/cluster/index.ts';
import { imageOwnership, triggerStatusAnnotation } from '../../src/triggers/index.ts';
import { builtInKinds } from '../../src/workloads/index.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { type InstalledController, installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { userStream } from './stream-manifests.ts';
import { podSpecPath, workloads } from './workloads.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const writer = new ImageWriter({ origin: `http://${cluster.registry}` });
const repository = `${cluster.registry}/rollouts/keycloak`;
/** Kinds that roll out; a Job cannot. */
const following = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Pod'],
  ...['ReplicaSet', 'ReplicationController'],
];
const applied = ['apply', '--server-side', '--field-manager=team', '-f', '-'];

let client: ApiClient;
let controller: InstalledController;
let project: Project;
let other: Project;
/** A namespace that no webhook looks at. */
let unseen: Project;
let k1 = '';
let k2 = '';

beforeAll(async () => {
  const connection = await connect({ kubeconfig: cluster.kubeconfig });
  client = new ApiClient({ connection, userAgent: 'imagestreams-test' });
  k1 = await writer.push('rollouts/keycloak', '20.0.2', 'keycloak 20.0.2');
  k2 = await writer.push('rollouts/keycloak', '20.0.3', 'keycloak 20.0.3');
  const { namespaceLabels } = await installWebhook(cluster, { name: 'rollouts' });
  controller = await installLeader(cluster);
  project = await Project.create(cluster, { labels: namespaceLabels, user: 'ada' });
  other = await Project.create(cluster, { labels: namespaceLabels });
  unseen = await Project.create(cluster);
  const pullers = [other, unseen].map(({ namespace }) => `--group=system:serviceaccounts:${namespace}`);
  const role = '--clusterrole=imagestreams-image-puller';
  const binding = ['create', 'rolebinding', 'pullers', role, ...pullers, '-n', project.namespace];
  await cluster.kubectl(binding);
});
afterAll(async () => {
  await Promise.all(reflectors.map((reflector) => reflector.stop()));
  await project?.close();
  await other?.close();
  await unseen?.close();
  client?.close();
  await writer.close();
  await cluster.close();
});

interface Workload extends JsonObject {
  readonly metadata: {
    readonly generation?: number;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

const read = async ({ namespace }: Project, kind: string): Promise<Workload> => {
  const { group, resource } = builtInKinds.find((row) => row.kind === kind)!;
  const path = resourcePath({ group, version: 'v1', resource, namespace, name: kind.toLowerCase() });
  return (await client.get(path)) as Workload;
};

const imageIn = (kind: string, object: unknown): string => {
  const path = [...podSpecPath(kind).slice(1).split('.'), 'containers', '0', 'image'];
  return path.reduce<unknown>((value, key) => (value as JsonObject)[key], object) as string;
};

const has = (where: Project, kind: string, digest: string) =>
  waitFor(
    `${kind} in ${where.namespace} to run ${digest}`,
    async () => imageIn(kind, await read(where, kind)),
    { until: (image) => image === `${repository}@${digest}` },
  );

interface Place {
  readonly where: Project;
  readonly kind: string;
}

const inAll = (projects: readonly Project[]): readonly Place[] =>
  projects.flatMap((where) => following.map((kind) => ({ where, kind })));
const reviewed = () => inAll([project, other]);
const everywhere = () => inAll([project, other, unseen]);

const generations = (places: readonly Place[]) =>
  Promise.all(places.map(async ({ where, kind }) => (await read(where, kind)).metadata.generation ?? 0));

/** The manifest as its owner keeps it; `" "` is what a Pod may not say. */
const manifest = ({ namespace }: Project, kind: string) => {
  const from = {
    ...{ kind: 'ImageStreamTag', name: 'keycloak:20' },
    ...(namespace === project.namespace ? {} : { namespace: project.namespace }),
  };
  const fieldPath = `${podSpecPath(kind).slice(1)}.containers[?(@.name=="keycloak")].image`;
  const annotations = { 'image.openshift.io/triggers': JSON.stringify([{ from, fieldPath }]) };
  const image = kind === 'Pod' || kind === 'Job' ? `${repository}:20.0.2` : ' ';
  return workloads[kind]!(kind.toLowerCase(), { image, annotations });
};

/** All images that each workload has had, one after the other, by `namespace/name`. */
const histories = new Map<string, string[]>();
const reflectors: Reflector<string>[] = [];

const watchImages = async () => {
  for (const kind of following) {
    const { group, resource } = builtInKinds.find((row) => row.kind === kind)!;
    const reflector = new Reflector<string>({
      client,
      path: resourcePath({ group, version: 'v1', resource }),
      project: ({ body }) => imageIn(kind, body),
      logger: pino({ level: 'silent' }),
    });
    reflector.onChange((change) => {
      const history = histories.get(change.key) ?? [];
      histories.set(change.key, history);
      if (change.type === 'set' && change.value !== history.at(-1)) history.push(change.value);
    });
    reflectors.push(reflector);
    reflector.start();
    await reflector.whenSynced();
  }
};

/** Moves the alias, and waits until everybody has followed, by exactly one change. */
const move = async (to: string, digest: string) => {
  const before = everywhere().map(historyOf);
  const generation = await generations(reviewed());
  await project.patchTag('keycloak', '20', '/from/name', to);
  for (const { where, kind } of everywhere()) await has(where, kind, digest);
  for (const where of [project, other, unseen]) {
    for (const kind of ['deployment', 'statefulset', 'daemonset']) {
      await where.kubectl(['rollout', 'status', `${kind}/${kind}`, '--timeout=60s']);
    }
  }
  const expected = before.map((images) => [...images, `${repository}@${digest}`]);
  await waitFor('the watches to see it', () =>
    everywhere().every((each) => historyOf(each).at(-1) === `${repository}@${digest}`),
  );
  expect(everywhere().map(historyOf)).toEqual(expected);
  expect(await generations(reviewed())).toEqual(generation.map((each) => each + 1));
};

const historyOf = ({ where, kind }: Place) => [
  ...(histories.get(`${where.namespace}/${kind.toLowerCase()}`) ?? []),
];

const events = async ({ namespace }: Project, kind: string, reason: string): Promise<readonly string[]> => {
  const path = resourcePath({ group: 'events.k8s.io', version: 'v1', resource: 'events', namespace });
  const query = { fieldSelector: `regarding.kind=${kind},reason=${reason}` };
  const { items } = (await client.get(path, { query })) as {
    readonly items: readonly { readonly note: string }[];
  };
  return items.map(({ note }) => note);
};

describe('workloads of three namespaces that follow one alias', () => {
  it('get its image when they are made', async () => {
    const tags = {
      '20.0.2': `${repository}:20.0.2`,
      '20.0.3': `${repository}:20.0.3`,
      '20': { alias: '20.0.2' },
    };
    await project.apply(userStream('keycloak', tags));
    await project.imported('keycloak', '20', k1);
    await project.imported('keycloak', '20.0.3', k2);
    for (const where of [project, other, unseen]) {
      const objects = [...following, 'Job'].map((kind) => manifest(where, kind));
      await where.kubectl(applied, ...objects);
    }
    for (const { where, kind } of everywhere()) await has(where, kind, k1);
    await watchImages();
  });

  it('roll out when the alias moves, each by one change', async () => {
    await move('20.0.3', k2);
    const [note] = await waitFor('the Event', async () => {
      const notes = await events(project, 'Deployment', 'ImageUpdated');
      return notes.some((each) => each.includes(k2)) && notes.filter((each) => each.includes(k2));
    });
    expect(note).toContain('"keycloak:20"');
  });

  it('roll back when it moves back', async () => {
    await move('20.0.2', k1);
  });

  it('belong to who applied them: the next apply finds no conflict', async () => {
    for (const { where, kind } of everywhere()) {
      const row = builtInKinds.find((each) => each.kind === kind)!;
      expect(imageOwnership(row, await read(where, kind), 'imagestreams-controller')).toBeUndefined();
      await where.kubectl(applied, manifest(where, kind));
      await has(where, kind, k1);
    }
  });

  it('do not change by that where the webhook looks at them, and differ in nothing', async () => {
    const generation = await generations(reviewed());
    for (const { where, kind } of reviewed()) {
      await where.kubectl(applied, manifest(where, kind));
      const diff = ['diff', '--server-side', '--field-manager=team', '-f', '-'];
      expect((await where.kubectl(diff, manifest(where, kind))).stdout).toBe('');
    }
    expect(await generations(reviewed())).toEqual(generation);
  });

  it('say what they follow in an annotation', async () => {
    const { metadata } = await read(other, 'Deployment');
    expect(JSON.parse(metadata.annotations?.[triggerStatusAnnotation] ?? '')).toMatchObject({
      containers: { keycloak: { tag: `${project.namespace}/keycloak:20`, image: `${repository}@${k1}` } },
    });
  });
});

describe('a Job', () => {
  it('stays as it is, and an Event says so', async () => {
    const notes = await waitFor('the Event', async () => {
      const found = await events(project, 'Job', 'TriggerSkipped');
      return found.length > 0 && found;
    });
    expect(notes[0]).toContain('its template cannot be changed');
    expect(imageIn('Job', await read(project, 'Job'))).toMatch(/keycloak(:20\.0\.2|@)/);
  });
});

describe('a Deployment whose rollout is paused', () => {
  it('has the image all the same, and rolls it out when it goes on', async () => {
    const paused = await Project.create(cluster, { namespace: other.namespace });
    const parts = manifest(other, 'Deployment') as { readonly metadata: object; readonly spec: object };
    const metadata = { ...parts.metadata, name: 'paused' };
    await paused.apply({ ...parts, metadata, spec: { ...parts.spec, paused: true } });
    await waitFor('the paused Deployment to have the image', async () => {
      const args = [
        'get',
        'deployment',
        'paused',
        '-o',
        `jsonpath={${podSpecPath('Deployment')}.containers[0].image}`,
      ];
      return (await paused.kubectl(args)).stdout === `${repository}@${k1}`;
    });
    const pods = ['get', 'replicasets', '-o', 'jsonpath={.items[*].spec.template.spec.containers[0].image}'];
    const before = (await paused.kubectl(pods)).stdout.split(' ').length;
    await paused.kubectl(['rollout', 'resume', 'deployment/paused']);
    await paused.kubectl(['rollout', 'status', 'deployment/paused', '--timeout=60s']);
    expect((await paused.kubectl(pods)).stdout.split(' ')).toHaveLength(before + 1);
    paused.disconnect();
  });
});

describe('a workload that its service account may not pull for', () => {
  it('is left as it is, until it may', async () => {
    const stranger = await Project.create(cluster);
    await stranger.apply({ ...manifest(stranger, 'Deployment') });
    const [note = ''] = await waitFor('the Event', async () => {
      const found = await events(stranger, 'Deployment', 'TriggerFailed');
      return found.length > 0 && found;
    });
    expect(note).toContain('kubectl create rolebinding');
    expect(imageIn('Deployment', await read(stranger, 'Deployment'))).toBe(' ');
    const command = note.slice(note.indexOf('kubectl create') + 'kubectl '.length).split(' ');
    await cluster.kubectl(command);
    await has(stranger, 'Deployment', k1);
    stranger.disconnect();
  });
});

describe('the controller', () => {
  it('counts what it wrote', async () => {
    expect(await controller.metric('imagestreams_trigger_workloads')).toBeGreaterThanOrEqual(21);
    expect(await controller.metric('imagestreams_trigger_delay_seconds_count')).toBeGreaterThanOrEqual(42);
    const writes = (result: RegExp) => controller.metric('imagestreams_trigger_writes_total', result);
    expect(await writes(/Admission/)).toBe(2 * reviewed().length);
    expect(await writes(/Controller/)).toBeGreaterThanOrEqual(3 * following.length);
    expect(await writes(/Failed|Refused/)).toBe(0);
  });
});
