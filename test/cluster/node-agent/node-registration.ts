import { type ApiClient, isApiError, resourcePath } from '../../../src/cluster/index.ts';
import type { Logger } from '../../../src/telemetry/index.ts';
import { HEARTBEAT_MS, nodeLease, nodeObject, nodeStatus } from './node-object.ts';
import { pause } from './pause.ts';
import type { NodeSettings } from './settings.ts';

const RETRY_MS = 1_000;
const LEASES = {
  group: 'coordination.k8s.io',
  version: 'v1',
  resource: 'leases',
  namespace: 'kube-node-lease',
};

/** One Node in the API, from its creation to its deletion. */
export class NodeRegistration {
  readonly #client: ApiClient;
  readonly #settings: NodeSettings;
  readonly #address: { readonly node: string; readonly port: number };
  readonly #logger: Logger;
  readonly #since = new Date().toISOString();

  constructor(
    client: ApiClient,
    settings: NodeSettings,
    address: { readonly node: string; readonly port: number },
    logger: Logger,
  ) {
    this.#client = client;
    this.#settings = settings;
    this.#address = address;
    this.#logger = logger;
  }

  /** Creates the Node and keeps it alive until the signal aborts. */
  async keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#beat();
        await pause(HEARTBEAT_MS, signal);
      } catch (error) {
        this.#logger.warn((error as Error).message);
        await pause(RETRY_MS, signal);
      }
    }
  }

  async remove(timeoutMs: number): Promise<void> {
    await this.#client.delete(this.#path(), { timeoutMs, idempotent: true });
  }

  async #beat(): Promise<void> {
    const now = new Date().toISOString();
    const { node, port } = this.#address;
    const status = nodeStatus(node, port, this.#since, now);
    const type = 'application/strategic-merge-patch+json';
    const patch = () => this.#client.patch(this.#path('status'), { status }, { type, idempotent: true });
    try {
      await patch();
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
      await this.#client.create(
        resourcePath({ version: 'v1', resource: 'nodes' }),
        nodeObject(this.#settings),
      );
      await patch();
    }
    await this.#client.patch(
      resourcePath({ ...LEASES, name: this.#settings.name }),
      nodeLease(this.#settings.name, now),
      {
        type: 'application/apply-patch+yaml',
        query: { fieldManager: 'node-agent', force: 'true' },
        idempotent: true,
      },
    );
  }

  #path(subresource?: string): string {
    const more = subresource === undefined ? {} : { subresource };
    return resourcePath({ version: 'v1', resource: 'nodes', name: this.#settings.name, ...more });
  }
}
