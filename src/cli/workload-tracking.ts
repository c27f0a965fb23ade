import { type ApiClient, sleep, systemClock } from '../cluster/index.ts';
import {
  followingKinds,
  servedKinds,
  TrackedWorkloads,
  TriggerController,
  type TriggerControllerOptions,
} from '../controllers/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { builtInTable } from '../workloads/index.ts';

const retryMs = 5_000;

/** The workloads with triggers, and who looks after them while this process leads. */
export class WorkloadTracking {
  readonly #workloads: Promise<TrackedWorkloads | undefined>;
  #current: TrackedWorkloads | undefined;
  readonly #stop = new AbortController();

  /** Begins to watch as soon as the cluster says which kinds it serves; nothing else has to wait for that. */
  constructor(client: ApiClient, logger: Logger) {
    this.#workloads = tracked(client, logger, this.#stop.signal);
    void this.#workloads.then((workloads) => {
      this.#current = workloads;
    });
  }

  /** How many workloads follow a tag; undefined until all have been listed. @param stream `namespace/name` */
  followers(stream: string, tag: string): number | undefined {
    return this.#current?.synced === true ? this.#current.index.countOf(stream, tag) : undefined;
  }

  /** @returns the function that ends it, which resolves when nothing is under way any more that could write */
  lead(options: Omit<TriggerControllerOptions, 'workloads' | 'clock' | 'random'>): () => Promise<void> {
    let controller: TriggerController | undefined;
    let ended = false;
    void this.#workloads.then((workloads) => {
      if (workloads === undefined || ended) return;
      controller = new TriggerController({
        ...options,
        workloads,
        clock: systemClock,
        random: Math.random,
      });
      controller.start();
    });
    return async () => {
      ended = true;
      await controller?.stop();
    };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await (await this.#workloads)?.stop();
  }
}

/** Undefined when stopped before. */
async function tracked(
  client: ApiClient,
  logger: Logger,
  signal: AbortSignal,
): Promise<TrackedWorkloads | undefined> {
  while (!signal.aborted) {
    try {
      const kinds = await servedKinds(client, followingKinds(builtInTable), signal);
      logger.info({ kinds: kinds.map(({ id }) => id) }, 'workloads of these kinds may follow tags');
      const workloads = new TrackedWorkloads({ client, kinds, logger });
      workloads.start();
      return workloads;
    } catch (error) {
      if (signal.aborted) break;
      logger.warn({ err: error }, 'the cluster does not say which kinds of workloads it serves');
      await sleep(systemClock, retryMs, signal);
    }
  }
  return undefined;
}
