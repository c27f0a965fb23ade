import { type ApiClient, isApiError, resourcePath } from '../../../src/cluster/index.ts';
import type { Logger } from '../../../src/telemetry/index.ts';
import type { Pod } from './objects.ts';
import { pause } from './pause.ts';
import { type Condition, type PodState, podStatus } from './pod-status.ts';

const RETRY_MS = 1_000;

/** Writes the status of one pod, and deletes it in the end. An API server that is away is waited for. */
export class PodWriter {
  readonly #client: ApiClient;
  readonly #pod: Pod;
  readonly #logger: Logger;
  /** Aborts when the pod is gone from the API. */
  readonly #gone: AbortSignal;
  #conditions: readonly Condition[] = [];
  #published = '';
  #publishing: Promise<void> = Promise.resolve();

  constructor(client: ApiClient, pod: Pod, logger: Logger, gone: AbortSignal) {
    this.#client = client;
    this.#pod = pod;
    this.#logger = logger;
    this.#gone = gone;
  }

  /** Publishes what is so when its turn comes, one write at a time: states that pass meanwhile are not told. */
  publish(state: () => readonly [Pod, PodState]): void {
    this.#publishing = this.#publishing.then(() => this.#publish(state));
  }

  /** The kubelet's last word: the object goes when nothing of the pod runs any more. */
  async delete(): Promise<void> {
    await this.#publishing;
    await this.#persist(async () => {
      await this.#client.delete(this.#path(), { query: { gracePeriodSeconds: '0' }, idempotent: true });
    });
  }

  async #publish(state: () => readonly [Pod, PodState]): Promise<void> {
    await this.#persist(async () => {
      const status = podStatus(...state(), this.#conditions, new Date().toISOString());
      const text = JSON.stringify(status);
      if (text === this.#published) return;
      const patch = { metadata: { uid: this.#pod.metadata.uid }, status };
      const type = 'application/strategic-merge-patch+json';
      await this.#client.patch(this.#path('status'), patch, { type });
      this.#published = text;
      this.#conditions = status.conditions;
    });
  }

  async #persist(write: () => Promise<void>): Promise<void> {
    while (!this.#gone.aborted) {
      try {
        await write();
        return;
      } catch (error) {
        // deleted, or another one of that name is there
        if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return;
        this.#logger.warn((error as Error).message);
        await pause(RETRY_MS, this.#gone);
      }
    }
  }

  #path(subresource?: string): string {
    const { namespace, name } = this.#pod.metadata;
    const more = subresource === undefined ? {} : { subresource };
    return resourcePath({ version: 'v1', resource: 'pods', namespace, name, ...more });
  }
}
