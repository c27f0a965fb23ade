import type { ImageStream } from '../imagestream/index.ts';
import {
  type Follower,
  type PreviewedImage,
  previewTriggers,
  tagImage,
  triggersOf,
} from '../triggers/index.ts';
import type { TrackedStreams } from './tracked-streams.ts';
import { followedEvent } from './trigger-events.ts';
import { TriggerIndex } from './trigger-index.ts';
import { TriggerMemories } from './trigger-memory.ts';
import { TriggerReconciler, type TriggerReconcilerOptions } from './trigger-reconciler.ts';
import { TriggerReports } from './trigger-reports.ts';
import type { TrackedWorkloads, WorkloadChange } from './trigger-workloads.ts';
import { WorkQueue } from './work-queue.ts';

export interface TriggerControllerOptions extends TriggerReconcilerOptions {
  readonly streams: TrackedStreams;
  readonly workloads: TrackedWorkloads;
  /** Workloads looked after at the same time; 32 unless given. */
  readonly parallel?: number;
}

/**
 * Gives workloads the images of the tags that they follow. Level-triggered: what a workload must become is decided from what it and
 * the streams are now, so nothing is lost with the process or the lead. One is made for each time that the process leads.
 */
export class TriggerController {
  readonly #options: TriggerControllerOptions;
  readonly #queue: WorkQueue;
  readonly #reconciler: TriggerReconciler;
  readonly #reports: TriggerReports;
  readonly #index = new TriggerIndex();
  readonly #memories = new TriggerMemories();
  #unsubscribe: readonly (() => void)[] = [];

  constructor(options: TriggerControllerOptions) {
    const { clock, random, logger, metrics, workloads, parallel = 32 } = options;
    this.#options = options;
    this.#reconciler = new TriggerReconciler(options);
    this.#reports = new TriggerReports(options);
    this.#queue = new WorkQueue({
      work: (key, signal) => this.#reconcile(key, signal),
      onError: (key, error, delayMs) =>
        logger.warn(
          { err: error, workload: key, delayMs },
          'a workload could not be given the images of its tags; it is tried again',
        ),
      parallel,
      clock,
      random,
    });
    metrics.watch({
      depth: () => this.#queue.depth,
      working: () => this.#queue.working,
      oldestMs: () => this.#queue.oldestMs,
      followedTags: () => this.#index.size,
      workloads: () => workloads.sizes(),
    });
  }

  /** Looks at every workload with triggers, and from then on at each that changes or whose tag moves. The streams must be in sync. */
  start(): void {
    const { workloads, streams } = this.#options;
    this.#unsubscribe = [
      workloads.onChange((change) => this.#changed(change)),
      streams.reflector.onChange((change) => {
        if (change.type === 'set') this.#moved(change.key, change.value, change.previous);
      }),
    ];
    for (const [name, workload] of workloads) {
      this.#changed({ name, workload });
    }
    this.#queue.start();
  }

  /** Resolves when nothing is under way any more that could write. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#options.metrics.watch(undefined);
    await this.#queue.stop();
  }

  /**
   * What would become of the followers of some tags if these pointed to other images; nothing is changed. Whether an account may
   * pull from another namespace is not asked.
   * @param images pull spec by `namespace/stream:tag`
   */
  preview(images: ReadonlyMap<string, string>): readonly PreviewedImage[] {
    const keys = new Set<string>();
    for (const followed of images.keys()) {
      const colon = followed.indexOf(':');
      for (const [tag, workloads] of this.#index.followersOf(followed.slice(0, colon))) {
        if (tag === followed.slice(colon + 1)) for (const key of workloads) keys.add(key);
      }
    }
    const followers = [...keys].flatMap((key): Follower[] => {
      const name = this.#options.workloads.named(key);
      const workload = name && this.#options.workloads.get(name);
      if (name === undefined || workload === undefined) return [];
      return [{ kind: name.kind.row, namespace: name.namespace, name: name.name, workload }];
    });
    return previewTriggers(followers, ({ namespace, stream, tag }) => {
      const image = images.get(`${namespace}/${stream}:${tag}`);
      return image === undefined ? { kind: 'NoImage' } : { kind: 'Image', image };
    });
  }

  #changed({ name, workload }: WorkloadChange): void {
    const { kind, namespace, key } = name;
    const triggers = workload === undefined ? [] : triggersOf(kind.row, namespace, workload).triggers;
    this.#index.set(key, triggers);
    this.#queue.add(key);
  }

  /**
   * A stream changed: workloads are looked at only where the image of a tag that they follow is another one now. All of them at
   * once; whatever paces large moves has its place here, and must let a move back to an earlier image pass.
   */
  #moved(stream: string, value: ImageStream, previous: ImageStream | undefined): void {
    const now = this.#options.clock.now();
    for (const [tag, workloads] of this.#index.followersOf(stream)) {
      const image = tagImage(value, tag);
      if (image === undefined || image === tagImage(previous, tag)) continue;
      this.#reports.stream(value, followedEvent(tag, image, workloads.size));
      for (const key of workloads) {
        this.#memories.of(key).movedAt ??= now;
        this.#queue.add(key);
      }
    }
  }

  async #reconcile(key: string, signal: AbortSignal): Promise<void> {
    const name = this.#options.workloads.named(key);
    const workload = name && this.#options.workloads.get(name);
    if (name === undefined || workload === undefined) {
      this.#memories.forget(key);
      this.#queue.remove(key);
      return;
    }
    const nextAt = await this.#reconciler.reconcile(name, workload, this.#memories.of(key), signal);
    if (nextAt !== undefined) this.#queue.addAt(key, nextAt);
    this.#memories.tidy(key);
  }
}
