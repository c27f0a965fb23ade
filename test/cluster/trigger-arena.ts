import { ApiClient, connect } from '../../src/cluster/index.ts';
import { ApiProxy } from './api-proxy.ts';
import { TestCluster } from './cluster.ts';
import { ImageWriter } from './image-writer.ts';
import { installWebhook } from './install.ts';
import { type InstalledController, installController, installLeader } from './install-controller.ts';
import { Project } from './project.ts';
import { userStream } from './stream-manifests.ts';
import { tags, type Version, versions } from './trigger-steps.ts';
import { waitFor } from './waiting.ts';
import { WebhookBalancer } from './webhook-balancer.ts';

/** Two replicas of the webhook and a controller, of which one replica and the controller can be cut off from what they watch; and a stream. */
export class TriggerArena {
  readonly cluster = TestCluster.connect();
  /** Before one replica, the second, and before the controller. */
  readonly proxies = { webhook: new ApiProxy(), controller: new ApiProxy() };
  readonly images = new Map<Version, string>();
  client!: ApiClient;
  project!: Project;
  readonly #writer = new ImageWriter({ origin: `http://${this.cluster.registry}` });
  #balancer: WebhookBalancer | undefined;
  #controller!: InstalledController;

  async start(): Promise<void> {
    const { cluster, proxies } = this;
    const connection = await connect({ kubeconfig: cluster.kubeconfig });
    this.client = new ApiClient({ connection, userAgent: 'imagestreams-test' });
    const repository = `${cluster.registry}/model/app`;
    for (const version of versions) {
      this.images.set(version, `${repository}@${await this.#writer.push('model/app', version, version)}`);
    }
    const balancer = await WebhookBalancer.start();
    this.#balancer = balancer;
    const { namespaceLabels } = await installWebhook(cluster, {
      name: 'model',
      behind: (origin) => balancer.behind(origin),
    });
    const frail = await installWebhook(cluster, {
      name: 'model-frail',
      through: (kubeconfig) => proxies.webhook.through(kubeconfig),
    });
    balancer.add(frail.origin);
    this.#controller = await installLeader(cluster, { name: 'model', through: this.#through });
    this.project = await Project.create(cluster, { labels: namespaceLabels, user: 'ada' });
    const sources = Object.fromEntries(versions.map((version) => [version, `${repository}:${version}`]));
    await this.project.apply(userStream('app', { ...sources, a: { alias: 'v1' }, b: { alias: 'v2' } }));
    for (const tag of [...versions, ...tags]) await this.project.imported('app', tag);
  }

  /** Lets that replica answer all requests from now on. */
  chooseReplica(index: number): void {
    if (this.#balancer !== undefined) this.#balancer.choose = (origins) => origins[index] ?? '';
  }

  /** Kills the controller, and starts it anew. */
  async killController(): Promise<void> {
    this.proxies.controller.thaw();
    await this.#controller.process.stop('SIGKILL');
    this.#controller = await installController(this.cluster, {
      name: 'model',
      leaseNamespace: this.#controller.leaseNamespace,
      telemetryPort: Number(new URL(this.#controller.telemetry).port),
      through: this.#through,
    });
  }

  /** Waits until the controller leads and has nothing more to do. */
  async controllerIdle(): Promise<void> {
    await waitFor('the controller to lead', () => this.#controller.leads());
    await waitFor('its queue to be empty', async () => {
      const [depth, working] = await Promise.all(
        ['queue_depth', 'queue_working'].map((name) =>
          this.#controller.metric(`imagestreams_trigger_${name}`),
        ),
      );
      return depth === 0 && working === 0;
    });
  }

  async close(): Promise<void> {
    await this.project?.close();
    this.client?.close();
    await this.#writer.close();
    await this.cluster.close();
    await this.#balancer?.stop();
    await Promise.all(Object.values(this.proxies).map((proxy) => proxy.stop()));
  }

  readonly #through = (kubeconfig: string) => this.proxies.controller.through(kubeconfig);
}
