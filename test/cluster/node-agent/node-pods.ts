import { type ApiClient, Reflector, resourcePath } from '../../../src/cluster/index.ts';
import type { NodeContext } from './node-context.ts';
import type { Pod } from './objects.ts';
import type { Subnet } from './pod-address.ts';
import { PodWorker } from './pod-worker.ts';

/** The pods that are bound to one node, each with a worker of its own. */
export class NodePods {
  readonly #reflector: Reflector<Pod>;
  readonly #context: NodeContext;
  readonly #subnet: Subnet;
  readonly #workers = new Map<string, PodWorker>();

  constructor(client: ApiClient, nodeName: string, subnet: Subnet, context: NodeContext) {
    this.#context = context;
    this.#subnet = subnet;
    this.#reflector = new Reflector({
      client,
      path: resourcePath({ version: 'v1', resource: 'pods' }),
      query: { fieldSelector: `spec.nodeName=${nodeName}` },
      project: ({ body }) => body as unknown as Pod,
      logger: context.logger,
    });
    this.#reflector.onChange((change) => {
      if (change.type === 'delete') this.#worker(change.previous)?.remove();
      else this.#set(change.value, change.previous);
    });
  }

  start(): void {
    this.#reflector.start();
  }

  /** Kills what runs, and looks no more. */
  async stop(): Promise<void> {
    await this.#reflector.stop();
    for (const worker of this.#workers.values()) worker.remove();
  }

  /** The pods that are there. */
  pods(): readonly Pod[] {
    return [...this.#reflector].map(([, pod]) => pod);
  }

  /** The file that holds a container's log; undefined when there is no such pod or container here. */
  logFile(namespace: string, name: string, container: string, previous: boolean): string | undefined {
    const pod = this.#reflector.get(`${namespace}/${name}`);
    return pod && this.#worker(pod)?.logFile(container, previous);
  }

  #worker({ metadata }: Pod): PodWorker | undefined {
    return this.#workers.get(metadata.uid);
  }

  #set(pod: Pod, previous: Pod | undefined): void {
    // another pod of the same name, in one step after a lost watch
    if (previous !== undefined && previous.metadata.uid !== pod.metadata.uid)
      this.#worker(previous)?.remove();
    const worker = this.#worker(pod);
    if (worker === undefined) this.#begin(pod);
    else worker.update(pod);
  }

  #begin(pod: Pod): void {
    const { uid } = pod.metadata;
    const { phase } = pod.status ?? {};
    if (phase === 'Succeeded' || phase === 'Failed') return;
    const { hostNetwork = false } = pod.spec;
    const podIP = hostNetwork ? this.#subnet.node : this.#subnet.take();
    const worker = new PodWorker(pod, podIP, this.#context);
    this.#workers.set(uid, worker);
    void worker.done.finally(() => {
      this.#workers.delete(uid);
      if (!hostNetwork) this.#subnet.release(podIP);
    });
  }
}
