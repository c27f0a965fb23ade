import { ApiClient, connect, resourcePath } from '../../src/cluster/index.ts';
import type { TestCluster } from './cluster.ts';
import { workloads } from './workloads.ts';

/** What became of the reviews. */
export interface LoadResult {
  readonly sent: number;
  /** Sentences of those that were not answered as they should be. */
  readonly failures: readonly string[];
}

export interface LoadSettings {
  readonly namespace: string;
  /** As it is written, and as it has to be stored. */
  readonly image: string;
  readonly resolved: string;
}

/** Creates Deployments with `dryRun`, one after another, so that each is reviewed by the webhook and nothing is stored. */
export class ReviewLoad {
  readonly #settings: LoadSettings;
  readonly #client: ApiClient;
  readonly #running: Promise<void>;
  readonly #failures: string[] = [];
  #sent = 0;
  #ended = false;

  private constructor(settings: LoadSettings, client: ApiClient) {
    this.#settings = settings;
    this.#client = client;
    this.#running = Promise.all([this.#run(), this.#run()]).then(() => undefined);
  }

  static async start(cluster: TestCluster, settings: LoadSettings): Promise<ReviewLoad> {
    const connection = await connect({ kubeconfig: cluster.kubeconfig });
    return new ReviewLoad(settings, new ApiClient({ connection, userAgent: 'load' }));
  }

  get sent(): number {
    return this.#sent;
  }

  async stop(): Promise<LoadResult> {
    this.#ended = true;
    await this.#running;
    this.#client.close();
    return { sent: this.#sent, failures: this.#failures };
  }

  async #run(): Promise<void> {
    const { namespace, image, resolved } = this.#settings;
    const path = resourcePath({ group: 'apps', version: 'v1', resource: 'deployments', namespace });
    const manifest = workloads['Deployment']?.('load', { image });
    while (!this.#ended) {
      this.#sent += 1;
      try {
        const stored = await this.#client.create(path, manifest, { query: { dryRun: 'All' } });
        if (!JSON.stringify(stored).includes(resolved)) this.#failures.push('left as it was written');
      } catch (error) {
        this.#failures.push((error as Error).message);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
