import { pino } from 'pino';
import { Registry } from 'prom-client';
import { AccessReviews, ApiClient, type ObjectEvent } from '../../src/cluster/index.ts';
import {
  defaultControllerSettings,
  ForeignStreams,
  TrackedStreams,
  TrackedWorkloads,
  TriggerController,
  TriggerMetrics,
  type TriggerPreviewsOptions,
} from '../../src/controllers/index.ts';
import type { ServedKind } from '../../src/controllers/trigger-kinds.ts';
import { triggerStatusAnnotation, triggersAnnotation } from '../../src/triggers/index.ts';
import { builtInTable } from '../../src/workloads/index.ts';
import { eventually } from '../cluster-client/eventually.ts';
import { plainConnection } from '../cluster-client/http-server.ts';
import { ManualClock } from '../cluster-client/manual-clock.ts';
import { imagesOf, type Stored, WorkloadServer } from './workload-server.ts';

export const namespace = 'shop';
/** Of the controller. */
export const ownNamespace = 'own';

export const deployments: ServedKind = {
  id: 'deployments.apps',
  row: builtInTable.ofResource('apps', 'deployments')!,
  version: 'v1',
  apiVersion: 'apps/v1',
};
export const jobs: ServedKind = {
  id: 'jobs.batch',
  row: builtInTable.ofResource('batch', 'jobs')!,
  version: 'v1',
  apiVersion: 'batch/v1',
};

export const deploymentPath = (name: string) => `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`;
export const jobPath = (name: string) => `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`;
const streamPath = (name: string, of = namespace) =>
  `/apis/image.openshift.io/v1stored/namespaces/${of}/imagestreams/${name}`;

/** `q.io/app` by a digest that is easy to tell. */
export function image(n: number, name = 'app'): string {
  return `q.io/${name}@sha256:${String(n).padStart(64, '0')}`;
}

/** An entry of the annotation for a container. */
export function follow(tag: string, container = 'web', rest: object = {}): object {
  const fieldPath = `spec.template.spec.containers[?(@.name=="${container}")].image`;
  const { from, ...others } = rest as { readonly from?: object };
  return { from: { kind: 'ImageStreamTag', name: tag, ...from }, fieldPath, ...others };
}

export interface WorkloadParts {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly metadata?: object;
  readonly serviceAccountName?: string;
  readonly spec?: object;
  readonly status?: object;
}

/** A controller with its API server, in this process, on a clock that stands still. */
export class TriggerStage {
  readonly server = new WorkloadServer();
  readonly clock = new ManualClock(Date.parse('2026-01-01T00:00:00Z'));
  readonly events: ObjectEvent[] = [];
  #registry = new Registry();
  #client: ApiClient | undefined;
  #streams: TrackedStreams | undefined;
  #workloads: TrackedWorkloads | undefined;
  #controller: TriggerController | undefined;

  async start(): Promise<void> {
    await this.server.http.start();
    this.#client = new ApiClient({ connection: plainConnection(this.server.http), userAgent: 'test' });
  }

  /** A process that leads; everything in memory is new. */
  async lead(): Promise<TriggerController> {
    const client = this.#client!;
    const { clock, events } = this;
    const logger = pino({ level: 'silent' });
    this.#registry = new Registry();
    this.#streams = new TrackedStreams(client, logger);
    this.#workloads = new TrackedWorkloads({ client, logger });
    this.#streams.reflector.start();
    this.serve(deployments, jobs);
    await this.#streams.reflector.whenSynced();
    await this.#workloads.whenSynced();
    await eventually(() => this.server.watching === 3);
    this.#controller = new TriggerController({
      ...{ client, streams: this.#streams, workloads: this.#workloads, logger, clock },
      access: new AccessReviews({ client, clock }),
      events: { record: (event) => events.push(event) },
      metrics: new TriggerMetrics(this.#registry, { namedTags: 2 }),
      random: () => 0,
      ownNamespace,
    });
    this.#controller.start();
    return this.#controller;
  }

  /** The cluster serves these kinds from now on. */
  serve(...kinds: readonly ServedKind[]): void {
    this.#workloads!.serve(kinds);
  }

  /** How many workloads follow a tag, as the controller knows it. */
  followers(stream: string, tag: string): number | undefined {
    return this.#workloads!.index.countOf(`${namespace}/${stream}`, tag);
  }

  /** What previews are made of in the process that leads. */
  get known(): TriggerPreviewsOptions {
    const [client, streams, workloads, { clock }] = [this.#client!, this.#streams!, this.#workloads!, this];
    const access = new AccessReviews({ client, clock });
    const foreign = new ForeignStreams({ client, access, tracked: streams });
    return { streams, workloads, access, foreign, clock, settings: defaultControllerSettings };
  }

  /** The process ends. */
  async endLead(): Promise<void> {
    await this.#controller?.stop();
    await this.#streams?.reflector.stop();
    await this.#workloads?.stop();
    await eventually(() => this.server.watching === 0);
  }

  async stop(): Promise<void> {
    await this.endLead();
    this.#client?.close();
    await this.server.http.stop();
  }

  /** Lets admission set the images that the controller asks for. */
  withWebhook(): void {
    this.server.admit = (sent, old) => {
      const asked = sent.metadata.annotations?.[triggerStatusAnnotation];
      if (asked === undefined || asked === old.metadata.annotations?.[triggerStatusAnnotation]) return sent;
      const { containers } = JSON.parse(asked) as {
        readonly containers: Readonly<Record<string, { readonly image: string }>>;
      };
      return withImages(sent, (name, present) => containers[name]?.image || present);
    };
  }

  deploy(
    name: string,
    images: Readonly<Record<string, string>>,
    triggers: readonly unknown[] | string,
    parts: WorkloadParts = {},
  ): void {
    this.server.put(deploymentPath(name), workload('apps/v1', 'Deployment', images, triggers, parts));
  }

  job(
    name: string,
    images: Readonly<Record<string, string>>,
    triggers: readonly unknown[],
    parts: WorkloadParts = {},
  ): void {
    this.server.put(jobPath(name), workload('batch/v1', 'Job', images, triggers, parts));
  }

  /** Points tags of a stream to images; others of its tags go. */
  tag(stream: string, tags: Readonly<Record<string, string>>, of = namespace): void {
    this.server.put(streamPath(stream, of), {
      apiVersion: 'image.openshift.io/v1stored',
      kind: 'ImageStream',
      metadata: {},
      spec: { tags: Object.keys(tags).map((name) => ({ name })) },
      status: {
        tags: Object.entries(tags).map(([tag, pullSpec]) => ({
          tag,
          items: [
            {
              created: '2026-01-01T00:00:00Z',
              dockerImageReference: pullSpec,
              image: pullSpec.split('@')[1],
              generation: 1,
            },
          ],
        })),
      },
    });
  }

  /** As another writer would. */
  setImage(
    name: string,
    container: string,
    to: string,
    annotations: Readonly<Record<string, string>> = {},
  ): void {
    this.server.change(deploymentPath(name), (object) => ({
      ...withImages(object, (each, present) => (each === container ? to : present)),
      metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
    }));
  }

  annotate(name: string, annotations: Readonly<Record<string, string | undefined>>): void {
    this.server.change(deploymentPath(name), (object) => {
      const all = { ...object.metadata.annotations, ...annotations };
      const kept = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
      return { ...object, metadata: { ...object.metadata, annotations: kept } };
    });
  }

  images(name: string): Readonly<Record<string, string>> {
    return imagesOf(this.server.get(deploymentPath(name)));
  }

  status(name: string): unknown {
    const { annotations } = this.server.get(deploymentPath(name)).metadata;
    return JSON.parse(annotations?.[triggerStatusAnnotation] ?? '{}');
  }

  /** Until the container has the image, and the controller has nothing more to do. */
  async has(name: string, to: string, container = 'web'): Promise<void> {
    await eventually(() => this.images(name)[container] === to);
    await this.quiet();
  }

  /** Until a sentence with these words was told for that reason. */
  async told(reason: ObjectEvent['reason'], ...words: readonly string[]): Promise<ObjectEvent> {
    const find = () =>
      this.events.find(
        (event) => event.reason === reason && words.every((word) => event.note.includes(word)),
      );
    await eventually(() => find() !== undefined);
    return find()!;
  }

  notes(reason: ObjectEvent['reason']): readonly string[] {
    return this.events.filter((event) => event.reason === reason).map(({ note }) => note);
  }

  /** Until everything that was changed so far has been looked at, and no request is under way. */
  async quiet(): Promise<void> {
    const marker = `marker-${this.server.http.requests.length}-${Math.random().toString(36).slice(2)}`;
    const path = streamPath(marker);
    const collections = [deploymentPath(marker), jobPath(marker)];
    // what was told before these on each watch has been taken when they have
    this.tag(marker, {});
    for (const each of collections) {
      const [apiVersion, kind] = each.includes('/jobs/') ? ['batch/v1', 'Job'] : ['apps/v1', 'Deployment'];
      this.server.put(each, workload(apiVersion!, kind!, { web: 'x' }, [], {}));
    }
    const seen = () => {
      const names = [...this.#workloads!].map(([{ name }]) => name);
      const streams = this.#streams!.get(`${namespace}/${marker}`) === undefined ? 0 : 1;
      return streams + names.filter((each) => each === marker).length;
    };
    await eventually(() => seen() === 3);
    for (const each of [path, ...collections]) this.server.remove(each);
    await eventually(() => seen() === 0);
    const idle = async () => (await this.metric('queue_depth')) + (await this.metric('queue_working')) === 0;
    const givenUpAt = performance.now() + 30_000;
    while (!(await idle())) {
      if (performance.now() > givenUpAt) throw new Error('the controller does not come to rest');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Value of a metric of the trigger controller, summed over the labels in which the words are found. */
  async metric(name: string, ...words: readonly string[]): Promise<number> {
    const text = await this.#registry.metrics();
    const lines = [...text.matchAll(new RegExp(`^imagestreams_trigger_${name}(\\{[^}]*\\})? (\\S+)$`, 'gm'))];
    return lines
      .filter(([, labels = '']) => words.every((word) => labels.includes(word)))
      .reduce((sum, [, , value]) => sum + Number(value), 0);
  }
}

function workload(
  apiVersion: string,
  kind: string,
  images: Readonly<Record<string, string>>,
  triggers: readonly unknown[] | string,
  { annotations = {}, metadata = {}, serviceAccountName, spec = {}, status }: WorkloadParts,
): object {
  const containers = Object.entries(images).map(([name, each]) => ({ name, image: each }));
  const text = typeof triggers === 'string' ? triggers : JSON.stringify(triggers);
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, annotations: { [triggersAnnotation]: text, ...annotations } },
    ...(status === undefined ? {} : { status }),
    spec: {
      ...spec,
      template: {
        spec: { containers, ...(serviceAccountName === undefined ? {} : { serviceAccountName }) },
      },
    },
  };
}

function withImages(object: Stored, to: (name: string, present: string) => string): Stored {
  const copy = structuredClone(object) as unknown as {
    readonly spec: {
      readonly template: { readonly spec: { readonly containers: { name: string; image: string }[] } };
    };
  };
  for (const container of copy.spec.template.spec.containers)
    container.image = to(container.name, container.image);
  return copy as unknown as Stored;
}
