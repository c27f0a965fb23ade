import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ApiClient } from '../../src/cluster/index.ts';
import { type Applier, type Manifest, pathTo, readLive } from './applier.ts';
import type { TestCluster } from './cluster.ts';
import { runCommand } from './command.ts';
import { threeWayDifferences } from './three-way.ts';

export interface HelmSettings {
  readonly cluster: TestCluster;
  readonly namespace: string;
  readonly client: ApiClient;
  /** Helm 4 applies on the server's side unless told otherwise. */
  readonly serverSide?: boolean;
}

/** Helm 4, with a release for each manifest. */
export class Helm implements Applier {
  readonly #settings: HelmSettings;
  /** What releases have, by name. */
  readonly #released = new Map<string, Manifest>();

  constructor(settings: HelmSettings) {
    this.#settings = settings;
  }

  async apply(manifest: Manifest, ...options: readonly string[]): Promise<void> {
    const { name } = manifest.metadata;
    const { cluster, namespace, serverSide = true } = this.#settings;
    const directory = join(cluster.directory, `chart-${namespace}-${name}`);
    mkdirSync(join(directory, 'templates'), { recursive: true });
    writeFileSync(join(directory, 'Chart.yaml'), stringify({ apiVersion: 'v2', name, version: '1.0.0' }));
    writeFileSync(join(directory, 'templates', 'all.yaml'), stringify(manifest, { lineWidth: 0 }));
    await this.run('upgrade', '--install', name, directory, `--server-side=${serverSide}`, ...options);
    this.#released.set(name, manifest);
  }

  /** Helm compares on the client's side only in its three-way mode. */
  async differences(manifest: Manifest): Promise<readonly string[]> {
    const { namespace, client, serverSide = true } = this.#settings;
    if (serverSide) return [];
    const live = await readLive(client, pathTo(namespace, manifest));
    return threeWayDifferences(this.#released.get(manifest.metadata.name), manifest, live);
  }

  /**
   * Runs helm in the namespace.
   *
   * @throws Error with what it wrote on standard error
   */
  async run(...args: readonly string[]): Promise<string> {
    const { cluster, namespace } = this.#settings;
    const home = join(cluster.directory, 'helm');
    const env = {
      KUBECONFIG: cluster.kubeconfig,
      ...{ HELM_CACHE_HOME: home, HELM_CONFIG_HOME: home, HELM_DATA_HOME: home },
    };
    const result = await runCommand(cluster.program('helm'), [...args, '-n', namespace], { env });
    if (result.code !== 0) throw new Error(result.stderr);
    return result.stdout;
  }
}
