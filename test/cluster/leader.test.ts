import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { FaultProxy } from './fault-proxy.ts';
import { ImageWriter } from './image-writer.ts';
import { TestCluster, waitFor } from './index.ts';
import { installWebhook } from './install.ts';
import { type InstalledController, installController, installLeader } from './install-controller.ts';
import { Project, statusOf } from './project.ts';
import { type TagSources, userStream } from './stream-manifests.ts';

jest.setTimeout(120_000);

const cluster = TestCluster.connect();
const origin = `http://${cluster.registry}`;
const writer = new ImageWriter({ origin });
const streams = 20;
const tagsOfAStream = 10;
let registry: FaultProxy;
let first: InstalledController;
let second: InstalledController;
let project: Project;
let image = '';

beforeAll(async () => {
  registry = await FaultProxy.start({ upstream: origin });
  image = await writer.push('leader/app', 'latest', 'app');
  const { namespaceLabels } = await installWebhook(cluster, { name: 'leader' });
  first = await installLeader(cluster, { name: 'first' });
  second = await installController(cluster, { name: 'second', leaseNamespace: first.leaseNamespace });
  project = await Project.create(cluster, { labels: namespaceLabels });
});
afterAll(async () => {
  await project?.close();
  await writer.close();
  await cluster.close();
  await registry?.stop();
});

/** Tags that all have a source of their own, of one image. */
async function pushSources(stream: number): Promise<TagSources> {
  const tags = Array.from({ length: tagsOfAStream }, (_, tag) => `s${stream}-${tag}`);
  await writer.pushTags('leader/app', tags, 'app');
  return Object.fromEntries(tags.map((tag) => [tag, `${registry.host}/leader/app:${tag}`]));
}

async function importedTags(): Promise<number> {
  const all = await project.streams();
  return all.flatMap(({ status }) => status?.tags ?? []).filter(({ items }) => items?.[0]?.image).length;
}

describe('two controllers', () => {
  it('one of which is killed amid 200 imports: each tag is imported, and no history entry is double', async () => {
    const manifests = [];
    for (let index = 0; index < streams; index += 1) {
      manifests.push(userStream(`app-${index}`, await pushSources(index)));
    }
    registry.rules = [{ path: /manifests/, fault: { kind: 'Late', ms: 300 } }];
    await project.apply(...manifests);
    await waitFor('some tags to be imported', importedTags, { until: (count) => count >= 20 });
    expect(await second.leads()).toBe(false);
    expect(await first.process.stop('SIGKILL')).toBe('SIGKILL');
    registry.rules = [];
    const total = streams * tagsOfAStream;
    const before = await importedTags();
    expect(before).toBeLessThan(total);
    await waitFor('all tags to be imported', importedTags, {
      until: (count) => count === total,
      timeoutMs: 60_000,
    });
    expect(await second.leads()).toBe(true);
    for (const manifest of manifests) {
      const stream = await project.stream(manifest.metadata.name);
      for (const { name } of manifest.spec?.tags ?? []) {
        const list = statusOf(stream, name);
        expect(list?.items?.map((item) => item.image)).toEqual([image]);
        expect(list?.conditions ?? []).toEqual([]);
      }
    }
  });

  it('hand over at once when the leader is asked to stop', async () => {
    const third = await installController(cluster, {
      name: 'third',
      leaseNamespace: first.leaseNamespace,
    });
    second.process.signal('SIGTERM');
    await waitFor('the third to lead', () => third.leads(), { timeoutMs: 8_000 });
    await project.requestImport('app-0', 's0-0');
    const generation = async () => (await project.tag('app-0', 's0-0'))?.items?.[0]?.generation ?? 0;
    await waitFor('the request to be answered', generation, { until: (seen) => seen > 1 });
    expect(await project.history('app-0', 's0-0')).toEqual([image]);
  });
});
