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
  it('moves by itself where it is scheduled, and nowhere else', async () => {
    const second = await writer.push('schedule/app', 'latest', 'second');
    await project.imported('app', 'scheduled', second);
    expect(await project.history('app', 'scheduled')).toEqual([second, first.get('app')]);
    expect(await project.history('app', 'once')).toEqual([first.get('app')]);
    const moved = async () => (await project.events('app')).filter(({ note }) => note.includes(second));
    await waitFor('an Event of the move', moved, { until: (events) => events.length > 0 });
    expect(await moved()).toHaveLength(1);
  });

  it('waits for the age that its annotation asks for', async () => {
    const second = await writer.push('schedule/aged', 'latest', 'second');
    const candidates = async () => {
      const { metadata } = await project.stream('aged');
      return metadata.annotations?.['imagestreams.io/candidates'];
    };
    await waitFor('the image to be noted', candidates, { until: (text) => text?.includes(second) === true });
    expect(await project.history('aged', 'scheduled')).toEqual([first.get('aged')]);
    await project.imported('aged', 'scheduled', second);
    expect(await candidates()).toBeUndefined();
  });
});

describe('an image that stays what it is', () => {
  it('costs HEAD requests and no write', async () => {
    const { metadata } = await project.stream('still');
    const heads = registry.count('HEAD', /still\/manifests/);
    const more = () => registry.count('HEAD', /still\/manifests/) >= heads + 1;
    await waitFor('another HEAD request', more, { timeoutMs: 60_000 });
    expect(registry.count('GET', /still\/manifests/)).toBe(1);
    expect((await project.stream('still')).metadata.resourceVersion).toBe(metadata.resourceVersion);
  });
});

describe('many streams that follow one tag', () => {
  it('share the HEAD request of a slot, and the first download', () => {
    const asked = registry.requests.filter(({ path }) => path.includes('schedule/shared/manifests'));
    const heads = asked.filter(({ method }) => method === 'HEAD').map(({ at }) => at);
    const [start = 0, end = 0] = [heads[0], heads.at(-1)];
    expect(heads.length).toBeGreaterThan(1);
    expect(heads.length).toBeLessThanOrEqual((end - start) / intervalMs + 2);
    expect(asked.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });
});

describe('a controller that starts again', () => {
  it('asks for nothing that is not due', async () => {
    await controller.process.stop();
    const before = registry.count('HEAD', /spread-/);
    const { leaseNamespace } = controller;
    await installLeader(cluster, { name: 'again', leaseNamespace, interval: '3s' });
    await sleep(4_000);
    // 4 of 120 seconds, of 40 tags
    expect(registry.count('HEAD', /spread-/) - before).toBeLessThan(10);
    expect(registry.count('GET', /spread-.*manifests/)).toBe(spread.length);
  });
});
