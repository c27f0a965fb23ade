import { ApiClient, isApiError, resourcePath } from '../../src/cluster/index.ts';
import { clusterConnection } from '../cluster/node-agent/connection.ts';

/** What is asked of the API server again and again. */
export interface LoadSettings {
  readonly kubeconfig: string;
  readonly namespace: string;
  /** A name that a stream of the namespace resolves. */
  readonly image: string;
  /** Requests under way at any time. */
  readonly concurrency: number;
}

/** What came of a load. */
export interface LoadResult {
  /** Reviews that were answered with a digest. */
  readonly resolved: number;
  /** Pods that were admitted with the name as it was written. */
  readonly unresolved: number;
  /** Refused or failed reviews, by what was said. */
  readonly failed: ReadonlyMap<string, number>;
  /** Requests that no API server was there to take. */
  readonly away: number;
  /** How long each answer took, in ms. */
  readonly times: readonly number[];
  /** The same by the second in which the request was sent. */
  readonly seconds: readonly (readonly number[])[];
}

/**
 * Has the API server admit pods that name a stream, without storing them, as many as it can at a time. One connection a
 * request under way, and nothing is sent twice.
 */
export class Load {
  readonly #settings: LoadSettings;
  readonly #client: ApiClient;
  readonly #times: { readonly at: number; readonly took: number }[] = [];
  readonly #failed = new Map<string, number>();
  readonly #workers: Promise<void>;
  #resolved = 0;
  #unresolved = 0;
  #away = 0;
  #stopped = false;

  constructor(settings: LoadSettings) {
    this.#settings = settings;
    const connection = clusterConnection(settings.kubeconfig);
    this.#client = new ApiClient({ connection, userAgent: 'load', timeoutMs: 60_000 });
    this.#workers = Promise.all(
      Array.from({ length: settings.concurrency }, (_, index) => this.#work(index)),
    ).then(() => undefined);
  }

  /** Reviews so far, whatever came of them. */
  get count(): number {
    return this.#times.length;
  }

  async stop(): Promise<LoadResult> {
    this.#stopped = true;
    await this.#workers;
    this.#client.close();
    return {
      resolved: this.#resolved,
      unresolved: this.#unresolved,
      failed: this.#failed,
      away: this.#away,
      times: this.#times.map(({ took }) => took),
      seconds: this.#seconds(),
    };
  }

  async #work(index: number): Promise<void> {
    const { namespace, image } = this.#settings;
    const path = resourcePath({ version: 'v1', resource: 'pods', namespace });
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `load-${index}` },
      spec: { containers: [{ name: 'main', image }] },
    };
    while (!this.#stopped) {
      const at = performance.now();
      try {
        const admitted = await this.#client.create(path, pod, { query: { dryRun: 'All' } });
        if (imageOf(admitted).includes('@sha256:')) this.#resolved += 1;
        else this.#unresolved += 1;
        this.#times.push({ at, took: performance.now() - at });
      } catch (error) {
        if (isApiError(error, 'Unreachable')) {
          this.#away += 1;
          await new Promise((resolve) => setTimeout(resolve, 100));
          continue;
        }
        this.#times.push({ at, took: performance.now() - at });
        const { message } = error as Error;
        this.#failed.set(message, (this.#failed.get(message) ?? 0) + 1);
      }
    }
  }

  #seconds(): readonly (readonly number[])[] {
    const [first] = this.#times;
    const seconds = Object.groupBy(this.#times, ({ at }) => Math.floor((at - (first?.at ?? 0)) / 1000));
    return Object.values(seconds).map((answers = []) => answers.map(({ took }) => took));
  }
}

function imageOf(pod: unknown): string {
  const { spec } = pod as { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  return spec.containers[0]?.image ?? '';
}
