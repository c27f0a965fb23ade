import type { ImageStream } from '../imagestream/index.ts';
import type { Tracing } from '../telemetry/index.ts';
import { tagImage } from '../triggers/index.ts';
import { JobRecreator } from './job-recreator.ts';
import { tracedWork } from './traced-work.ts';
import type { TrackedStreams } from './tracked-streams.ts';
import { TriggerMemories } from './trigger-memory.ts';
import { TriggerReconciler, type TriggerReconcilerOptions } from './trigger-reconciler.ts';
import type { TrackedWorkloads } from './trigger-workloads.ts';
import { WorkQueue } from './work-queue.ts';

export interface TriggerControllerOptions extends Omit<TriggerReconcilerOptions, 'jobs'> {
  readonly streams: TrackedStreams;
  readonly workloads: TrackedWorkloads;
  /** The controller's own, where it keeps what it must not forget. */
  readonly ownNamespace: string;
  /** Workloads looked after at the same time; 32 unless given. */
  readonly parallel?: number;
  readonly tracing?: Tracing | undefined;
}

/**
 * Gives workloads the images of the tags that they follow. Level-triggered: what a workload must become is decided from what it and
 * the streams are now, so nothing is lost with the process or the lead. One is made for each time that the process leads.
 */
export class TriggerController {
  readonly #options: TriggerControllerOptions;
  readonly #queue: WorkQueue;
  readonly #reconciler: TriggerReconciler;
  readonly #jobs: JobRecreator;
  readonly #memories = new TriggerMemories();
  #unsubscribe: readonly (() => void)[] = [];

  constructor(options: TriggerControllerOptions) {
    const { clock, random, logger, metrics, workloads, parallel = 32, tracing } = options;
    const work = (key: string, signal: AbortSignal) => this.#reconcile(key, signal);
    this.#options = options;
    this.#jobs = new JobRecreator(options);
    this.#reconciler = new TriggerReconciler({ ...options, jobs: this.#jobs });
    this.#queue = new WorkQueue({
      work: tracedWork(tracing, 'reconcile workload', 'imagestreams.workload', work),
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
      pendingJobs: () => this.#jobs.pending,
      followedTags: () => workloads.index.size,
      mostFollowed: (count) => workloads.index.mostFollowed(count),
      workloads: () => workloads.sizes(),
    });
  }

  /** Looks at every workload with triggers, and from then on at each that changes or whose tag moves. The streams must be in sync. */
  start(): void {
    const { workloads, streams } = this.#options;
    this.#unsubscribe = [
      workloads.onChange(({ name }) => this.#queue.add(name.key)),
      streams.reflector.onChange((change) => {
        if (change.type === 'set') this.#moved(change.key, change.value, change.previous);
      }),
    ];
    for (const [{ key }] of workloads) this.#queue.add(key);
    this.#jobs.start();
    this.#queue.start();
  }

  /** There are workloads to be looked at now. */
  get busy(): boolean {
    return this.#queue.depth + this.#queue.working > 0;
  }

  /** Resolves when nothing is under way any more that could write. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#options.metrics.watch(undefined);
    await this.#queue.stop();
    await this.#jobs.stop();
  }

  /**
   * A stream changed: workloads are looked at only where the image of a tag that they follow is another one now. All of them at
   * once; whatever paces large moves has its place here, and must let a move back to an earlier image pass.
   */
  #moved(stream: string, value: ImageStream, previous: ImageStream | undefined): void {
    const now = this.#options.clock.now();
    for (const [tag, workloads] of this.#options.workloads.index.followersOf(stream)) {
      const image = tagImage(value, tag);
      if (image === undefined || image === tagImage(previous, tag)) continue;
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
