import { join } from 'node:path';
import type { CommandResult } from '../cluster/command.ts';
import { type TestCluster, waitFor } from '../cluster/index.ts';
import { NODE_TAINT, startNodeAgent } from '../cluster/node-agent/index.ts';
import { projectImage, projectProgram } from '../cluster/node-agent/project-image.ts';
import { type RunningPod, runningPods } from '../cluster/node-agent/running-pods.ts';
import type { SupervisedProcess } from '../cluster/supervised-process.ts';
import { helm } from './helm.ts';

/** Where the chart is. */
export const chart = join(import.meta.dirname, '..', '..', 'charts', 'imagestreams');

/** The name of the release and of its namespace. */
export const release = 'imagestreams';

export type Component = 'webhook' | 'controller';

/** Two nodes, so that the replicas of a Deployment can be kept apart. */
const nodes = [{ name: 'agent-1' }, { name: 'agent-2' }];

/** Starts the nodes that run what the chart installs. */
export async function startChartNodes(cluster: TestCluster, name?: string): Promise<SupervisedProcess> {
  const images = await projectProgram(cluster);
  return await startNodeAgent(cluster, { nodes, images, ...(name === undefined ? {} : { name }) });
}

/** What a test cluster needs of the chart's values: the local image, its own nodes, its own registry. */
export function chartValues(cluster: TestCluster): Values {
  const [registry = '', repository = ''] = projectImage.split('/');
  const placement = {
    nodeSelector: { [NODE_TAINT]: 'true' },
    tolerations: [{ key: NODE_TAINT, operator: 'Exists' }],
  };
  const mirror = { location: cluster.registry, insecure: true };
  return {
    image: { registry, repository, tag: 'test' },
    webhook: placement,
    controller: {
      ...placement,
      // the registry listens there, where those of real clusters never do
      allowAddresses: ['127.0.0.0/8'],
      mirrors: [{ source: 'quay.io', mirrors: [mirror], contactSource: false }],
    },
  };
}

/** A policy about images with full names, too: with it other webhooks are registered. */
export const broadPolicy: Values = {
  executionRules: [
    { name: 'any', onResources: [{ resource: 'pods' }], matchRegistries: ['example.com'], reject: true },
  ],
};

/** A tree of values. */
export interface Values {
  readonly [name: string]: unknown;
}

/** Puts values on top of others, as helm does: objects are merged, everything else is replaced. */
export function withValues(values: Values, more: Values): Values {
  const merged: Record<string, unknown> = { ...values };
  for (const [name, value] of Object.entries(more)) {
    const before = merged[name];
    merged[name] = isTree(before) && isTree(value) ? withValues(before, value) : value;
  }
  return merged;
}

/** The chart, as a release of a test cluster. */
export class InstalledChart {
  readonly cluster: TestCluster;
  readonly namespace = release;

  private constructor(cluster: TestCluster) {
    this.cluster = cluster;
  }

  /**
   * What a person types: `helm install … --create-namespace --wait`.
   *
   * @param from the chart, as helm wants it named
   */
  static async install(
    cluster: TestCluster,
    more: Values = {},
    from: readonly string[] = [chart],
  ): Promise<InstalledChart> {
    const installed = new InstalledChart(cluster);
    const values = withValues(chartValues(cluster), more);
    await installed.#helm('install', from, ['--create-namespace'], values);
    return installed;
  }

  /** Changes some values and keeps the others. */
  async upgrade(more: Values): Promise<void> {
    await this.#helm('upgrade', [chart], ['--reset-then-reuse-values'], more);
  }

  async rollback(): Promise<void> {
    await helm(this.cluster, ['rollback', release, '-n', this.namespace, '--wait', '--timeout=180s']);
  }

  /** `helm test --logs`, which may fail. */
  test(): Promise<CommandResult> {
    return helm(this.cluster, ['test', release, '-n', this.namespace, '--logs', '--timeout=120s'], {
      allowFailure: true,
    });
  }

  async uninstall(): Promise<void> {
    await helm(this.cluster, ['uninstall', release, '-n', this.namespace, '--wait', '--timeout=180s']);
  }

  kubectl(args: readonly string[]): Promise<CommandResult> {
    return this.cluster.kubectl([...args, '-n', this.namespace]);
  }

  /** The pods of a component that are not ending. */
  pods(component: Component): Promise<readonly RunningPod[]> {
    return runningPods(this.cluster, this.namespace, `app.kubernetes.io/component=${component}`);
  }

  /** Waits until a component has so many pods, all of them ready. */
  async ready(component: Component, count: number): Promise<readonly RunningPod[]> {
    return await waitFor(`${count} pods of the ${component}`, () => this.pods(component), {
      timeoutMs: 120_000,
      until: (pods) => pods.length === count && pods.every(({ ready }) => ready),
    });
  }

  /** What a pod says at `/metrics`. */
  async metrics({ address }: RunningPod): Promise<string> {
    return await (await fetch(`http://${address}:8080/metrics`)).text();
  }

  /** What a pod says of its health. */
  async health({ address }: RunningPod, endpoint: 'livez' | 'readyz'): Promise<string> {
    return await (await fetch(`http://${address}:8080/${endpoint}?verbose`)).text();
  }

  /** The controller that leads. */
  async leader(): Promise<RunningPod> {
    return await waitFor('a leader', async () => {
      const path = 'jsonpath={.spec.holderIdentity}';
      const { stdout } = await this.kubectl(['get', 'lease', 'imagestreams-controller', '-o', path]);
      const pods = await this.pods('controller');
      return pods.find(({ name, pid }) => stdout.startsWith(name) && pid > 0);
    });
  }

  async #helm(
    verb: 'install' | 'upgrade',
    from: readonly string[],
    options: readonly string[],
    values: Values,
  ): Promise<void> {
    const args = [verb, release, ...from, '-n', this.namespace, '--wait', '--timeout=180s', ...options];
    const result = await helm(this.cluster, args, { values, allowFailure: true });
    if (result.code !== 0) throw new Error(`${result.stderr.trim()}\n${await this.#situation()}`);
  }

  /** Why pods may not be ready, for an error message. */
  async #situation(): Promise<string> {
    const logs = ['logs', '--prefix', '--tail=5', '-l', `app.kubernetes.io/instance=${release}`];
    const [pods, said] = await Promise.all(
      [['get', 'pods', '-o', 'wide'], logs].map((args) =>
        this.cluster.kubectl([...args, '-n', this.namespace], { allowFailure: true }),
      ),
    );
    return `${pods?.stdout}${said?.stdout}`;
  }
}

function isTree(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
