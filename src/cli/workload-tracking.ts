import { type ApiClient, systemClock } from '../cluster/index.ts';
import {
  discoverKinds,
  TrackedWorkloads,
  TriggerController,
  type TriggerControllerOptions,
} from '../controllers/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { WorkloadTable } from '../workloads/index.ts';

/** The workloads with triggers, and who looks after them while this process leads. */
export class WorkloadTracking {
  readonly #workloads: TrackedWorkloads;
  readonly #discovery: Promise<void>;
  readonly #stop = new AbortController();
  #controller: TriggerController | undefined;

  /** Begins to watch as soon as the cluster says which kinds it serves; nothing else has to wait for that. */
  constructor(client: ApiClient, workloads: WorkloadTable, logger: Logger) {
    this.#workloads = new TrackedWorkloads({ client, logger });
    const onServed = this.#workloads.serve.bind(this.#workloads);
    const options = { client, workloads, logger, onServed, clock: systemClock };
    this.#discovery = discoverKinds(options, this.#stop.signal);
  }

  /** Undefined until all workloads have been listed. */
  get listed(): TrackedWorkloads | undefined {
    return this.#workloads.synced ? this.#workloads : undefined;
  }

  /** How many workloads follow a tag; undefined until all have been listed. @param stream `namespace/name` */
  followers(stream: string, tag: string): number | undefined {
    return this.listed?.index.countOf(stream, tag);
  }

  /** There are workloads to be looked at now. */
  get busy(): boolean {
    return this.#controller?.busy === true;
  }

  /** @returns the function that ends it, which resolves when nothing is under way any more that could write */
  lead(options: Omit<TriggerControllerOptions, 'workloads' | 'clock' | 'random'>): () => Promise<void> {
    const workloads = this.#workloads;
    const controller = new TriggerController({
      ...options,
      workloads,
      clock: systemClock,
      random: Math.random,
    });
    this.#controller = controller;
    controller.start();
    return async () => {
      await controller.stop();
      this.#controller = undefined;
    };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#discovery;
    await this.#workloads.stop();
  }
}
