import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApiClient, type ApiError, connect, resourcePath } from '../../src/cluster/index.ts';
import { FaultProxy } from './fault-proxy.ts';
import { FrailCluster } from './frail-cluster.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { controllerUser } from './install.ts';
import { type InstalledController, installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { type TagSources, userStream } from './stream-manifests.ts';

jest.setTimeout(120_000);

const writer = new ImageWriter({ origin: `http://${TestCluster.connect().registry}` });
let registry: FaultProxy;
let frail: FrailCluster;
let controller: InstalledController;
let project: Project;
let asController: ApiClient;
/** Repository → digest of its image. */
const pushed = new Map<string, string>();

beforeAll(async () => {
  const shared = TestCluster.connect();
  registry = await FaultProxy.start({ upstream: `http://${shared.registry}` });
  frail = await FrailCluster.start(shared);
  controller = await installLeader(frail.cluster, { leaseNamespace: await frail.namespace('lease') });
  project = await Project.create(frail.cluster, { namespace: await frail.namespace('streams') });
  const kubeconfig = await frail.cluster.kubeconfigFor({ user: controllerUser });
  asController = new ApiClient({ connection: await connect({ kubeconfig }), userAgent: 'imagestreams-test' });
});
afterAll(async () => {
  await project?.close();
  asController?.close();
  await writer.close();
  await frail?.close();
  await registry?.stop();
});

/** Tags that each have a repository and an image of their own. */
async function sources(prefix: string, count: number): Promise<TagSources> {
  const tags = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  for (const tag of tags) pushed.set(tag, await writer.push(`api/${tag}`, '1', tag));
  return Object.fromEntries(tags.map((tag) => [tag, `${registry.host}/api/${tag}:1`]));
}

/** Waits for all tags of the streams, and makes sure that each was fetched once and stands in its history once. */
async function expectImportedOnce(streams: Readonly<Record<string, TagSources>>): Promise<void> {
  for (const [stream, tags] of Object.entries(streams)) {
    for (const tag of Object.keys(tags)) {
      await project.imported(stream, tag, pushed.get(tag), 60_000);
      expect(await project.history(stream, tag)).toEqual([pushed.get(tag)]);
      expect(registry.count('GET', new RegExp(`/api/${tag}/manifests/`))).toBe(1);
    }
  }
}

function manifests(streams: Readonly<Record<string, TagSources>>): readonly object[] {
  return Object.entries(streams).map(([name, tags]) => userStream(name, tags));
}

describe('nothing is missed and nothing imported twice', () => {
  it('when the API server restarts amid imports', async () => {
    const streams = { 'restart-a': await sources('ra', 15), 'restart-b': await sources('rb', 15) };
    registry.rules = [{ path: /manifests/, fault: { kind: 'Late', ms: 400 } }];
    await project.apply(...manifests(streams));
    await waitFor('imports to begin', () => registry.count('HEAD', /api\/r/) > 0);
    await frail.stopApiServer();
    await frail.startApiServer();
    registry.rules = [];
    await expectImportedOnce(streams);
  });

  it('when the API server answers a watch with 410 after changes that nobody has seen', async () => {
    const streams = { old: await sources('old', 3) };
    await project.apply(...manifests(streams));
    await expectImportedOnce(streams);
    const path = '/apis/image.openshift.io/v1stored/imagestreams';
    const { stdout: listed } = await frail.cluster.kubectl(['get', '--raw', `${path}?limit=1`]);
    const { metadata } = JSON.parse(listed) as { readonly metadata: { readonly resourceVersion: string } };
    controller.process.signal('SIGSTOP');
    const more = { old: { ...streams.old, ...(await sources('more', 3)) }, fresh: await sources('fresh', 5) };
    try {
      await project.apply(...manifests(more));
      await project.kubectl(['delete', 'imagestream', 'restart-a']);
      await frail.stopApiServer();
      await frail.startApiServer();
      // without this the new version that the API server began with would still be the newest
      await project.kubectl(['create', 'configmap', 'later']);
      await frail.compact();
      const watch = `${path}?watch=true&timeoutSeconds=1&resourceVersion=${metadata.resourceVersion}`;
      const { stdout: watched } = await frail.cluster.kubectl(['get', '--raw', watch]);
      expect(watched).toContain('"code":410');
    } finally {
      controller.process.signal('SIGCONT');
    }
    await expectImportedOnce(more);
  });

  it('when another writer changes the stream all the time', async () => {
    const streams = { contended: await sources('contended', 20) };
    registry.rules = [{ path: /api\/contended/, fault: { kind: 'Late', ms: 100 } }];
    await project.apply(...manifests(streams));
    const done = new AbortController();
    const hammered = hammer('contended', done.signal);
    try {
      await expectImportedOnce(streams);
    } finally {
      done.abort();
    }
    const last = await hammered;
    expect(last).toBeGreaterThan(10);
    const { metadata } = await project.stream('contended');
    expect(metadata.labels?.['hammer']).toBe(String(last));
    // with no more rights than it is granted, it records Events
    await project.event('contended', 'TagMoved');
  });

  it('when the API server turns requests of the controller away for a while', async () => {
    const streams = Object.fromEntries(
      await Promise.all(
        Array.from({ length: 12 }, async (_, index) => [
          `limited-${index}`,
          await sources(`limited-${index}`, 2),
        ]),
      ),
    );
    await project.kubectl(['apply', '-f', '-'], ...oneAtATime(controllerUser));
    await waitFor('one request at a time to be let in', async () => {
      const asked = Array.from({ length: 8 }, () => getStreams());
      return (await Promise.all(asked)).includes('TooManyRequests');
    });
    const done = new AbortController();
    const crowd = Promise.all(Array.from({ length: 8 }, () => crowdOut(done.signal)));
    await project.apply(...manifests(streams));
    await waitFor('the controller to be turned away', () => controller.process.log().includes(' with 429'));
    done.abort();
    await crowd;
    await frail.cluster.kubectl(['delete', 'flowschema,prioritylevelconfiguration', 'one-at-a-time']);
    await expectImportedOnce(streams);
  });
});

/** Lists streams as the controller; gives the code of the error, if there was one. */
async function getStreams(): Promise<string | undefined> {
  const location = { group: 'image.openshift.io', version: 'v1', resource: 'imagestreams' };
  try {
    await asController.get(resourcePath(location));
    return undefined;
  } catch (error) {
    return (error as ApiError).code;
  }
}

/** Takes the one seat as often as it can. */
async function crowdOut(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await getStreams();
}

/** Labels a stream without a pause; gives the number of the last label. */
async function hammer(stream: string, signal: AbortSignal): Promise<number> {
  const connection = await connect({ kubeconfig: frail.cluster.kubeconfig });
  const client = new ApiClient({ connection, userAgent: 'hammer' });
  const { namespace } = project;
  const location = { group: 'image.openshift.io', version: 'v1', resource: 'imagestreams', namespace };
  const path = resourcePath({ ...location, name: stream });
  let count = 0;
  while (!signal.aborted) {
    count += 1;
    const labels = { hammer: String(count) };
    await client.patch(path, { metadata: { labels } }, { type: 'application/merge-patch+json' });
  }
  client.close();
  return count;
}

/** Priority and fairness that has no seat for a user: what comes while a request is served is answered with 429. */
function oneAtATime(user: string): readonly object[] {
  const apiVersion = 'flowcontrol.apiserver.k8s.io/v1';
  const metadata = { name: 'one-at-a-time' };
  const limited = {
    nominalConcurrencyShares: 0,
    lendablePercent: 0,
    borrowingLimitPercent: 0,
    limitResponse: { type: 'Reject' },
  };
  const everything = {
    verbs: ['*'],
    apiGroups: ['*'],
    resources: ['*'],
    namespaces: ['*'],
    clusterScope: true,
  };
  return [
    {
      apiVersion,
      kind: 'PriorityLevelConfiguration',
      metadata,
      spec: { type: 'Limited', limited },
    },
    {
      apiVersion,
      kind: 'FlowSchema',
      metadata,
      spec: {
        priorityLevelConfiguration: metadata,
        matchingPrecedence: 2,
        rules: [{ subjects: [{ kind: 'User', user: { name: user } }], resourceRules: [everything] }],
      },
    },
  ];
}
