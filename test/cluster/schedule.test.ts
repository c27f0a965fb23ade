import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy } from './fault-proxy.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { type InstalledController, installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { type TagParts, userStream } from './stream-manifests.ts';

jest.setTimeout(90_000);

const cluster = TestCluster.connect();
const origin = `http://${cluster.registry}`;
const writer = new ImageWriter({ origin });
const intervalMs = 3_000;
const sharing = Array.from({ length: 20 }, (_, index) => `shared-${index}`);
const spread = Array.from({ length: 40 }, (_, index) => `spread-${index}`);
let registry: FaultProxy;
let controller: InstalledController;
let project: Project;
/** Name → the image that it was imported with. */
const first = new Map<string, string>();
/** Name → the image that was pushed to the same tag thereafter. */
const second = new Map<string, string>();
/** The resource version of the stream whose image stays. */
let stillVersion: string | undefined;
/** When all was imported, on the clock of the registry's requests. */
let importedAt = 0;

beforeAll(async () => {
  registry = await FaultProxy.start({ upstream: origin });
  controller = await installLeader(cluster, { interval: `${intervalMs / 1000}s` });
  project = await Project.create(cluster);
  for (const name of ['app', 'aged', 'still', 'shared', ...spread]) {
    first.set(name, await writer.push(`schedule/${name}`, 'latest', `first ${name}`));
  }
  await project.apply(
    userStream('app', { scheduled: scheduled('app'), once: scheduled('app', { scheduled: false }) }),
    userStream('aged', { scheduled: scheduled('aged', {}, { 'imagestreams.io/min-age': '6s' }) }),
    userStream('still', { scheduled: scheduled('still') }),
    ...sharing.map((name) => userStream(name, { scheduled: scheduled('shared') })),
    ...spread.map((name) =>
      userStream(name, { scheduled: scheduled(name, {}, { 'imagestreams.io/interval': '2m' }) }),
    ),
  );
  await project.imported('app', 'once', first.get('app'));
  for (const name of ['app', 'aged', 'still', ...spread]) {
    await project.imported(name, 'scheduled', first.get(name));
  }
  for (const name of sharing) await project.imported(name, 'scheduled', first.get('shared'));
  importedAt = performance.now();
  stillVersion = (await project.stream('still')).metadata.resourceVersion;
  for (const name of ['app', 'aged']) {
    second.set(name, await writer.push(`schedule/${name}`, 'latest', `second ${name}`));
  }
});
afterAll(async () => {
  await project?.close();
  await writer.close();
  await cluster.close();
  await registry?.stop();
});

function scheduled(
  repository: string,
  parts: Partial<TagParts> = {},
  annotations: Readonly<Record<string, string>> = {},
): TagParts {
  return { from: `${registry.host}/schedule/${repository}:latest`, scheduled: true, annotations, ...parts };
}

describe('a tag that is pushed again', () => {
  it('waits for the age that its annotation asks for', async () => {
    const candidates = async () => {
      const { metadata } = await project.stream('aged');
      return metadata.annotations?.['imagestreams.io/candidates'];
    };
    const image = second.get('aged') ?? '';
    await waitFor('the image to be noted', candidates, { until: (text) => text?.includes(image) === true });
    expect(await project.history('aged', 'scheduled')).toEqual([first.get('aged')]);
    await project.imported('aged', 'scheduled', image);
    expect(await candidates()).toBeUndefined();
  });

  it('moves by itself where it is scheduled, and nowhere else', async () => {
    const image = second.get('app') ?? '';
    await project.imported('app', 'scheduled', image);
    expect(await project.history('app', 'scheduled')).toEqual([image, first.get('app')]);
    expect(await project.history('app', 'once')).toEqual([first.get('app')]);
    const moved = async () => (await project.events('app')).filter(({ note }) => note.includes(image));
    await waitFor('an Event of the move', moved, { until: (events) => events.length > 0 });
    expect(await moved()).toHaveLength(1);
  });
});

describe('an image that stays what it is', () => {
  it('costs HEAD requests and no write', async () => {
    const more = () => registry.count('HEAD', /still\/manifests/) >= 3;
    await waitFor('HEAD requests of two slots', more, { timeoutMs: 60_000 });
    expect(registry.count('GET', /still\/manifests/)).toBe(1);
    expect((await project.stream('still')).metadata.resourceVersion).toBe(stillVersion);
  });
});

describe('many streams that follow one tag', () => {
  it('share the HEAD request of a slot', async () => {
    const asked = () =>
      registry.requests.filter(({ path, at }) => path.includes('/shared/manifests') && at > importedAt);
    await waitFor('a HEAD request', () => asked().length > 0);
    const slots = (performance.now() - importedAt) / intervalMs;
    expect(asked().length).toBeLessThanOrEqual(slots + 1);
    expect(asked().filter(({ method }) => method === 'GET')).toEqual([]);
  });
});

describe('a controller that starts again', () => {
  it('asks for nothing that is not due', async () => {
    await controller.process.stop('SIGKILL');
    const before = registry.count('HEAD', /spread-/);
    // with a Lease of its own it need not wait for that of the one that was killed
    const leaseNamespace = await cluster.namespace();
    await installLeader(cluster, { name: 'again', leaseNamespace, interval: '3s' });
    await sleep(4_000);
    // 4 of 120 seconds, of 40 tags
    expect(registry.count('HEAD', /spread-/) - before).toBeLessThan(10);
    expect(registry.count('GET', /spread-.*manifests/)).toBe(spread.length);
  });
});
