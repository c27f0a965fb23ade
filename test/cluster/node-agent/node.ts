import { resourcePath } from '../../../src/cluster/index.ts';
import type { CertificatePair } from '../../../src/tls/index.ts';
import { KUBELET_PORT, KubeletServer } from './kubelet-server.ts';
import type { NodeContext } from './node-context.ts';
import { ALLOCATABLE } from './node-object.ts';
import { NodePods } from './node-pods.ts';
import { NodeRegistration } from './node-registration.ts';
import type { Pod } from './objects.ts';
import type { NodeSettings } from './settings.ts';

const FAREWELL_MS = 2_000;

/** One node: what a kubelet is, as far as this project's pods can tell. */
export class AgentNode {
  readonly #server: KubeletServer;
  readonly #registration: NodeRegistration;
  readonly #pods: NodePods;
  readonly #context: NodeContext;
  readonly #stop = new AbortController();

  private constructor(
    server: KubeletServer,
    registration: NodeRegistration,
    pods: NodePods,
    context: NodeContext,
  ) {
    this.#server = server;
    this.#registration = registration;
    this.#pods = pods;
    this.#context = context;
  }

  static async start(
    settings: NodeSettings,
    certificate: CertificatePair,
    common: Omit<NodeContext, 'hostIP' | 'allocatable'>,
  ): Promise<AgentNode> {
    let pods: NodePods | undefined;
    const server = await KubeletServer.listen(certificate, (...args) => pods?.logFile(...args));
    const hostIP = server.subnet.node;
    const logger = common.logger.child({ node: settings.name });
    const context: NodeContext = { ...common, logger, hostIP, allocatable: ALLOCATABLE };
    const address = { node: hostIP, port: KUBELET_PORT };
    const registration = new NodeRegistration(context.client, settings, address, logger);
    pods = new NodePods(context.client, settings.name, server.subnet, context);
    const node = new AgentNode(server, registration, pods, context);
    void registration.keep(node.#stop.signal);
    pods.start();
    return node;
  }

  /** Takes the node and what is left on it out of the API, unless that is gone already. */
  async remove(): Promise<void> {
    this.#stop.abort();
    const left = this.#pods.pods();
    await this.#pods.stop();
    this.#server.close();
    await this.#registration.remove(FAREWELL_MS).catch(() => undefined);
    await Promise.all(left.map((pod) => this.#forget(pod)));
  }

  async #forget({ metadata: { namespace, name } }: Pod): Promise<void> {
    const path = resourcePath({ version: 'v1', resource: 'pods', namespace, name });
    const settings = { query: { gracePeriodSeconds: '0' }, timeoutMs: FAREWELL_MS };
    await this.#context.client.delete(path, settings).catch(() => undefined);
  }
}
