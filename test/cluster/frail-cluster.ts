import { TestCluster } from './cluster.ts';
import { type ControlPlane, layOutControlPlane, startApiServer, startEtcd } from './control-plane.ts';
import { controllerUser, installDefinitions } from './install.ts';
import { PROGRAMS, type ProgramName } from './programs.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { Supervision } from './supervision.ts';

/** A control plane of a suite's own, to be mistreated: etcd and an API server, with our definitions and no controllers. */
export class FrailCluster {
  readonly cluster: TestCluster;
  readonly #plane: ControlPlane;
  readonly #supervision: Supervision;
  #apiServer: SupervisedProcess;

  private constructor(
    cluster: TestCluster,
    plane: ControlPlane,
    supervision: Supervision,
    apiServer: SupervisedProcess,
  ) {
    this.cluster = cluster;
    this.#plane = plane;
    this.#supervision = supervision;
    this.#apiServer = apiServer;
  }

  /** Starts one with the programs and the registry of another cluster. */
  static async start(other: TestCluster): Promise<FrailCluster> {
    const paths = Object.fromEntries(PROGRAMS.map(({ name }) => [name, other.program(name)]));
    const binaries = { paths: paths as Record<ProgramName, string>, stages: '' };
    const supervision = await Supervision.begin();
    try {
      const plane = await layOutControlPlane(binaries, supervision);
      await startEtcd(plane);
      const server = await startApiServer(plane);
      const { directory } = supervision;
      const { registry } = other;
      const cluster = new TestCluster({ ...plane, ...binaries, directory, registry });
      await installDefinitions(cluster);
      await revokeWriting(cluster);
      return new FrailCluster(cluster, plane, supervision, server);
    } catch (error) {
      await supervision.end();
      throw error;
    }
  }

  /** A namespace; nobody makes a service account in it, so no pods can be made. */
  async namespace(name: string): Promise<string> {
    await this.cluster.kubectl(['create', 'namespace', name]);
    return name;
  }

  /** Kills the API server. */
  async stopApiServer(): Promise<void> {
    await this.#apiServer.stop('SIGKILL');
  }

  /** Starts it again where it was, and waits until it answers. */
  async startApiServer(): Promise<void> {
    this.#apiServer = await startApiServer(this.#plane);
  }

  /** Makes etcd forget all that is not current, so that a watch from an earlier version is answered with 410. */
  async compact(): Promise<void> {
    const { header } = await this.#etcd('/v3/kv/range', { key: 'AA==', limit: 1, keys_only: true });
    await this.#etcd('/v3/kv/compaction', { revision: header?.revision, physical: true });
  }

  async close(): Promise<void> {
    await this.cluster.close();
    await this.#supervision.end();
  }

  async #etcd(path: string, body: object): Promise<{ readonly header?: { readonly revision: string } }> {
    const answer = await fetch(`${this.#plane.etcd}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd answered ${path} with ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { readonly header?: { readonly revision: string } };
  }
}

/** Whoever writes streams for a test has the controller's account and more rights than it: here it is to have its own only. */
async function revokeWriting(cluster: TestCluster): Promise<void> {
  const { stdout } = await cluster.kubectl(['get', 'clusterrolebindings', '-o', 'json']);
  const { items } = JSON.parse(stdout) as { readonly items: readonly Binding[] };
  const bound = items.filter(({ subjects }) => subjects?.some(({ name }) => name === controllerUser));
  await cluster.kubectl(['delete', 'clusterrolebinding', ...bound.map(({ metadata }) => metadata.name)]);
}

interface Binding {
  readonly metadata: { readonly name: string };
  readonly subjects?: readonly { readonly name: string }[];
}
