import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { ApiClient, connect, Reflector, resourcePath } from '../../src/cluster/index.ts';
import { digest, writeStream } from './image-streams.ts';
import { TestCluster, waitFor } from './index.ts';
import { type InstalledWebhook, installWebhook } from './install.ts';
import { type InstalledController, installController } from './install-controller.ts';
import { triggerAnnotation, workloads } from './workloads.ts';

jest.setTimeout(300_000);

const cluster = TestCluster.connect();
const size = 1_000;
const logger = pino({ level: 'silent' });
const k1 = `quay.io/example/keycloak@${digest(1)}`;
const k2 = `quay.io/example/keycloak@${digest(2)}`;

/** A CronJob as the watch brings it. */
interface Seen {
  readonly image: string;
  readonly generation: number;
}

let client: ApiClient;
let namespace = '';
let webhook: InstalledWebhook;
let leaseNamespace = '';
let watch: Reflector<Seen>;
/** All images that each has had since the last move began. */
const histories = new Map<string, string[]>();
/** Those that still run. */
const controllers = new Map<string, InstalledController>();

const cronJobs = () => resourcePath({ group: 'batch', version: 'v1', resource: 'cronjobs', namespace });

const start = async (name: string) => {
  controllers.set(name, await installController(cluster, { name, leaseNamespace }));
};

const leader = () =>
  waitFor('a controller to lead', async () => {
    for (const [name, controller] of controllers) if (await controller.leads()) return { name, controller };
    return undefined;
  });

const end = async ({ name, controller }: Awaited<ReturnType<typeof leader>>, signal: NodeJS.Signals) => {
  controllers.delete(name);
  await controller.process.stop(signal);
};

const point = (pullSpec: string) => writeStream(cluster, namespace, 'keycloak', { '20': pullSpec });

const moved = (to: string): number => [...watch].filter(([, { image }]) => image === to).length;

/** The very moment in which so many have the image. */
const reached = (count: number, to: string): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (moved(to) < count) return;
    unsubscribe();
    resolve();
  };
  const unsubscribe = watch.onChange(look);
  look();
  return promise;
};

const generations = () => new Map([...watch].map(([key, { generation }]) => [key, generation]));

beforeAll(async () => {
  const connection = await connect({ kubeconfig: cluster.kubeconfig });
  client = new ApiClient({ connection, userAgent: 'imagestreams-test' });
  webhook = await installWebhook(cluster, { name: 'moves' });
  namespace = await cluster.namespace(webhook.namespaceLabels);
  leaseNamespace = await cluster.namespace();
  await point(k1);
  const annotations = triggerAnnotation('CronJob', 'keycloak:20');
  const names = Array.from({ length: size }, (_, index) => `job-${index}`);
  const worker = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      await client.create(cronJobs(), workloads['CronJob']!(name, { image: 'keycloak:20', annotations }));
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  watch = new Reflector<Seen>({ client, path: cronJobs(), project: ({ body }) => seen(body), logger });
  watch.onChange(({ key, ...change }) => {
    if (change.type !== 'set' || change.value.image === change.previous?.image) return;
    histories.set(key, [...(histories.get(key) ?? []), change.value.image]);
  });
  watch.start();
  await watch.whenSynced();
});
afterAll(async () => {
  await watch?.stop();
  client?.close();
  // the controllers of other suites have no business with them
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false']);
  await cluster.close();
});

const seen = (body: unknown): Seen => {
  const { metadata, spec } = body as {
    readonly metadata: { readonly generation: number };
    readonly spec: {
      readonly jobTemplate: {
        readonly spec: {
          readonly template: {
            readonly spec: { readonly containers: readonly { readonly image: string }[] };
          };
        };
      };
    };
  };
  const [{ image } = { image: '' }] = spec.jobTemplate.spec.template.spec.containers;
  return { image, generation: metadata.generation };
};

/** The workloads of which Events tell that they were given the image, as often as they do. */
const told = async (to: string): Promise<readonly string[]> => {
  const path = resourcePath({ group: 'events.k8s.io', version: 'v1', resource: 'events', namespace });
  const { items } = (await client.get(path, { query: { fieldSelector: 'reason=ImageUpdated' } })) as {
    readonly items: readonly { readonly note: string; readonly regarding: { readonly name: string } }[];
  };
  return items.filter(({ note }) => note.includes(`has ${to} `)).map(({ regarding }) => regarding.name);
};

/** Each workload was changed once, and that it was is told once at most. */
const expectOneChange = async (to: string, before: ReadonlyMap<string, number>) => {
  expect([...histories.values()].filter((images) => images.length !== 1 || images[0] !== to)).toEqual([]);
  expect(histories.size).toBe(size);
  expect(generations()).toEqual(new Map([...before].map(([key, generation]) => [key, generation + 1])));
  const names = await told(to);
  expect(names.length).toBe(new Set(names).size);
};

describe('a tag that 1,000 workloads follow', () => {
  it('gave them their image when they were made', () => {
    expect(moved(k1)).toBe(size);
  });

  it('changes each once when it moves, though one leader is killed and the next one ends meanwhile', async () => {
    await start('first');
    const first = await leader();
    await start('second');
    histories.clear();
    const before = generations();
    await Promise.all([point(k2), reached(200, k2)]);
    await end(first, 'SIGKILL');
    expect(moved(k2)).toBeLessThan(size);
    await start('third');
    await reached(500, k2);
    // nothing moves while the webhook stands still, so that the leader ends in the middle on any machine
    webhook.process.signal('SIGSTOP');
    const second = await leader();
    const ended = end(second, 'SIGTERM');
    expect(moved(k2)).toBeLessThan(size);
    webhook.process.signal('SIGCONT');
    await ended;
    await reached(size, k2);
    await expectOneChange(k2, before);
  });

  it('changes each once when it moves back', async () => {
    await start('fourth');
    histories.clear();
    const before = generations();
    await Promise.all([point(k1), reached(size, k1)]);
    await expectOneChange(k1, before);
    const last = await leader();
    await waitFor('the last Events', async () => (await told(k1)).length === size);
    await expectOneChange(k1, before);
    expect(await last.controller.metric('imagestreams_trigger_writes_total', /Failed|Refused/)).toBe(0);
  });
});
