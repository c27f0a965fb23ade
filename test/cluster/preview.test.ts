import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiClient, connect, type JsonObject, resourcePath } from '../../src/cluster/index.ts';
import { builtInTable } from '../../src/workloads/index.ts';
import { askPreview, outlineOf, type PreviewAnswer } from '../preview/preview-client.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { type InstalledController, installController, installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { userStream } from './stream-manifests.ts';
import { podSpecPath, triggerAnnotation, workloads } from './workloads.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const writer = new ImageWriter({ origin: `http://${cluster.registry}` });
const repository = `${cluster.registry}/previews/keycloak`;
const kinds = [
  ...['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Pod', 'Job'],
  ...['ReplicaSet', 'ReplicationController'],
];

let client: ApiClient;
let leader: InstalledController;
let standby: InstalledController;
/** Has the stream, and most of those that follow it. */
let shop: Project;
/** May pull from there. */
let friend: Project;
/** May not. */
let stranger: Project;
let k1 = '';
let k2 = '';

beforeAll(async () => {
  const connection = await connect({ kubeconfig: cluster.kubeconfig });
  client = new ApiClient({ connection, userAgent: 'imagestreams-test' });
  k1 = await writer.push('previews/keycloak', '20.0.2', 'keycloak 20.0.2');
  k2 = await writer.push('previews/keycloak', '20.0.3', 'keycloak 20.0.3');
  const { namespaceLabels: labels } = await installWebhook(cluster, { name: 'previews' });
  leader = await installLeader(cluster, { previews: true });
  const { leaseNamespace } = leader;
  standby = await installController(cluster, { name: 'standby', leaseNamespace, previews: true });
  shop = await Project.create(cluster, { labels, user: 'ada' });
  friend = await Project.create(cluster, { labels });
  stranger = await Project.create(cluster, { labels });
  const pullers = `--group=system:serviceaccounts:${friend.namespace}`;
  const role = '--clusterrole=imagestreams-image-puller';
  await cluster.kubectl(['create', 'rolebinding', 'pullers', role, pullers, '-n', shop.namespace]);
});
afterAll(async () => {
  await shop?.close();
  await friend?.close();
  await stranger?.close();
  client?.close();
  await writer.close();
  await cluster.close();
});

/** A token of a service account of the shop, with those rights. */
async function tokenOf(name: string, ...rights: readonly (readonly string[])[]): Promise<string> {
  const { namespace } = shop;
  await cluster.kubectl(['create', 'serviceaccount', name, '-n', namespace]);
  for (const right of rights) {
    await cluster.kubectl(['create', ...right, `--serviceaccount=${namespace}:${name}`]);
  }
  const { stdout } = await cluster.kubectl(['create', 'token', name, '-n', namespace]);
  return stdout.trim();
}

function preview(token: string, query = 'to=20.0.3', from = leader): Promise<PreviewAnswer> {
  const path = `/preview/namespaces/${shop.namespace}/imagestreamtags/keycloak:20?${query}`;
  return askPreview(from.previews!, path, { token });
}

/** What every workload of the three namespaces runs, by `KIND/NAMESPACE/NAME`; of those that no other made. */
async function images(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const kind of kinds) {
    const { group, resource } = builtInTable.kinds.find((row) => row.kind === kind)!;
    for (const { namespace } of [shop, friend, stranger]) {
      const path = resourcePath({ group, version: 'v1', resource, namespace });
      const { items } = (await client.get(path)) as { readonly items: readonly JsonObject[] };
      for (const item of items) {
        const { name, ownerReferences } = item['metadata'] as Readonly<Record<string, unknown>>;
        if (ownerReferences !== undefined) continue;
        const at = [...podSpecPath(kind).slice(1).split('.'), 'containers', '0', 'image'];
        const image = at.reduce<unknown>((value, key) => (value as JsonObject)[key], item);
        found.set(`${kind}/${namespace}/${name}`, image as string);
      }
    }
  }
  return found;
}

const manifest = (kind: string, name: string, tag: string, from = shop, to = shop, paused = false) => {
  const { 'image.openshift.io/triggers': text = '' } = triggerAnnotation(kind, tag);
  const [trigger] = JSON.parse(text) as { from: object }[];
  const elsewhere = from === to ? {} : { namespace: from.namespace };
  const triggers = [{ ...trigger, from: { ...trigger!.from, ...elsewhere }, ...(paused ? { paused } : {}) }];
  const annotations = { 'image.openshift.io/triggers': JSON.stringify(triggers) };
  return workloads[kind]!(name, { image: `${repository}@${k1}`, annotations });
};

beforeAll(async () => {
  const tags = {
    '20.0.2': `${repository}:20.0.2`,
    '20.0.3': `${repository}:20.0.3`,
    '20': { alias: '20.0.2' },
    latest: { alias: '20' },
  };
  await shop.apply(userStream('keycloak', tags));
  await shop.imported('keycloak', '20', k1);
  await shop.imported('keycloak', 'latest', k1);
  await shop.imported('keycloak', '20.0.3', k2);
  const following = kinds.map((kind) => manifest(kind, `my-${kind.toLowerCase()}`, 'keycloak:20'));
  await shop.apply(
    ...following,
    manifest('Deployment', 'on-latest', 'keycloak:latest'),
    manifest('Deployment', 'on-20-0-2', 'keycloak:20.0.2'),
    manifest('Deployment', 'paused', 'keycloak:20', shop, shop, true),
    manifest('Deployment', 'held', 'keycloak:20'),
  );
  await shop.kubectl(['set', 'image', 'deployment/held', 'keycloak=quay.io/example/mine:1']);
  await friend.apply(manifest('Deployment', 'friend', 'keycloak:20', shop, friend));
  await stranger.apply(manifest('Deployment', 'stranger', 'keycloak:20', shop, stranger));
});

describe('whoever asks for a preview', () => {
  it('is refused without a token, with one that is forged, and without rights on the stream', async () => {
    const [forged, nobody] = ['eyJhbGciOiJSUzI1NiJ9.e30.x', await tokenOf('nobody')];
    expect(await preview(forged)).toMatchObject({
      status: 401,
      body: { kind: 'Status', reason: 'Unauthorized' },
    });
    const { status, body } = await preview(nobody);
    expect([status, body.reason]).toEqual([403, 'Forbidden']);
    expect(body.message).toContain(`user "system:serviceaccount:${shop.namespace}:nobody" may not get`);
    expect(body.items).toBeUndefined();
  });

  it('sees nothing of workloads without rights on these, but how many follow', async () => {
    const { namespace } = shop;
    const role = ['create', 'role', 'streams', '--verb=get', '--resource=imagestreams.image.openshift.io'];
    await cluster.kubectl([...role, '-n', namespace]);
    const token = await tokenOf('streamer', ['rolebinding', 'streamer', '--role=streams', '-n', namespace]);
    const { body } = await waitFor('the right to count', () => preview(token), {
      until: ({ status }) => status === 200,
    });
    expect(body).toMatchObject({ items: [], hidden: kinds.length + 5 });
  });

  it('sees those of the namespaces and kinds that he may see', async () => {
    const { namespace } = shop;
    const roles = [
      ['role', 'some', '--verb=get', '--resource=imagestreams.image.openshift.io,deployments.apps'],
      ['rolebinding', 'some', '--role=some'],
    ];
    await cluster.kubectl(['create', ...roles[0]!, '-n', namespace]);
    const some = await tokenOf('some', [...roles[1]!, '-n', namespace]);
    const { body } = await waitFor('the right to count', () => preview(some), {
      until: ({ status }) => status === 200,
    });
    expect(outlineOf(body).map((each) => each.split(' ')[0])).toEqual(
      ['held', 'my-deployment', 'on-latest', 'paused'].map((name) => `Deployment/${namespace}/${name}`),
    );
    expect(body.hidden).toBe(kinds.length - 1 + 2);
    const text = JSON.stringify(body);
    for (const { namespace: other } of [friend, stranger]) expect(text).not.toContain(other);
  });

  it('is answered the same by a controller that does not lead', async () => {
    const token = await tokenOf('both', [
      'clusterrolebinding',
      `both-${shop.namespace}`,
      '--clusterrole=view',
    ]);
    const first = await waitFor('the right to count', () => preview(token), {
      until: ({ body }) => body.hidden === 0,
    });
    expect(await standby.leads()).toBe(false);
    const second = await waitFor('the other to know', () => preview(token, 'to=20.0.3', standby), {
      until: ({ status }) => status === 200,
    });
    expect(second.body).toEqual(first.body);
  });
});

describe('a preview', () => {
  it('names those that move when the tag moves, and no other', async () => {
    const token = await tokenOf('all', ['clusterrolebinding', `all-${shop.namespace}`, '--clusterrole=view']);
    const { body } = await waitFor('the right to count', () => preview(token), {
      until: (answer) => answer.status === 200 && answer.body.hidden === 0,
    });
    const before = await images();
    expect(body.tags.map(({ name }) => name)).toEqual(['keycloak:20', 'keycloak:latest']);
    const effects = Object.fromEntries(
      body.items.map(({ kind, namespace, name, effect }) => [`${kind}/${namespace}/${name}`, effect]),
    );
    const { namespace } = shop;
    expect(effects).toEqual({
      [`CronJob/${namespace}/my-cronjob`]: 'TemplateChanges',
      [`DaemonSet/${namespace}/my-daemonset`]: 'RollsOut',
      [`Deployment/${namespace}/held`]: 'Held',
      [`Deployment/${namespace}/my-deployment`]: 'RollsOut',
      [`Deployment/${namespace}/on-latest`]: 'RollsOut',
      [`Deployment/${namespace}/paused`]: 'Paused',
      [`Deployment/${friend.namespace}/friend`]: 'RollsOut',
      [`Deployment/${stranger.namespace}/stranger`]: 'NotAllowed',
      [`Job/${namespace}/my-job`]: 'Immutable',
      [`Pod/${namespace}/my-pod`]: 'Restarts',
      [`ReplicaSet/${namespace}/my-replicaset`]: 'TemplateChanges',
      [`ReplicationController/${namespace}/my-replicationcontroller`]: 'TemplateChanges',
      [`StatefulSet/${namespace}/my-statefulset`]: 'RollsOut',
    });
    const moving = body.items.filter(({ effect }) => /^(RollsOut|TemplateChanges|Restarts)$/.test(effect));
    const expected = new Map(before);
    for (const { kind, namespace: where, name, to } of moving) expected.set(`${kind}/${where}/${name}`, to!);
    await shop.patchTag('keycloak', '20', '/from/name', '20.0.3');
    const after = await waitFor('those to move that are to', images, {
      until: (now) =>
        moving.every(({ kind, namespace: where, name, to }) => now.get(`${kind}/${where}/${name}`) === to),
    });
    await waitFor('the controller to rest', async () => {
      const counts = ['queue_depth', 'queue_working'].map((name) =>
        leader.metric(`imagestreams_trigger_${name}`),
      );
      return (await Promise.all(counts)).every((count) => count === 0);
    });
    expect(Object.fromEntries(after)).toEqual(Object.fromEntries(expected));
    expect(Object.fromEntries(await images())).toEqual(Object.fromEntries(expected));
    await waitFor('the Event that tells how many follow', async () =>
      (await shop.events('keycloak')).some(
        ({ reason, note }) =>
          reason === 'TagMoved' && note.endsWith(`; ${kinds.length + 4} workloads follow`),
      ),
    );
  });

  it('says that nothing moves where everything has the image', async () => {
    const { stdout } = await cluster.kubectl(['create', 'token', 'all', '-n', shop.namespace]);
    const { body } = await preview(stdout.trim(), `image=${encodeURIComponent(`${repository}@${k2}`)}`);
    expect(body.items.map(({ effect }) => effect).toSorted()).toEqual([
      'Held',
      'Immutable',
      'NotAllowed',
      'Paused',
    ]);
  });
});
