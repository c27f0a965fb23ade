import {
  type AuditedRequest,
  auditArgs,
  auditedRequests,
  type DeniedRequest,
  deniedRequests,
} from './audit.ts';
import { provideBinaries } from './binaries.ts';
import { LOGS_VARIABLE, TestCluster } from './cluster.ts';
import {
  type ControlPlane,
  layOutControlPlane,
  startApiServer,
  startControllerManager,
  startEtcd,
  startScheduler,
} from './control-plane.ts';
import { startNodes } from './nodes.ts';
import { Progress } from './progress.ts';
import { startRegistry } from './registry.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { Supervision } from './supervision.ts';

/** Which cluster. */
export interface OwnClusterSettings {
  /** Tells its logs from those of others. */
  readonly name: string;
  /** The namespace whose service accounts are watched for what they ask and are denied. */
  readonly audited: string;
  /** Groups of users whose requests are in the audit log, too. */
  readonly auditedGroups?: readonly string[];
  /** Lays out files in the cluster's directory, for arguments of the API server. */
  readonly apiServerArgs?: (directory: string) => Promise<readonly string[]>;
}

/** A whole cluster of a suite's own, with nothing of this project in it, and an API server that can be stopped. */
export class OwnCluster {
  readonly cluster: TestCluster;
  readonly #plane: ControlPlane;
  readonly #supervision: Supervision;
  readonly #args: readonly string[];
  #apiServer: SupervisedProcess;

  private constructor(
    cluster: TestCluster,
    plane: ControlPlane,
    supervision: Supervision,
    args: readonly string[],
    apiServer: SupervisedProcess,
  ) {
    this.cluster = cluster;
    this.#plane = plane;
    this.#supervision = supervision;
    this.#args = args;
    this.#apiServer = apiServer;
  }

  static async start({
    name,
    audited,
    auditedGroups,
    apiServerArgs,
  }: OwnClusterSettings): Promise<OwnCluster> {
    const logs = process.env[LOGS_VARIABLE];
    const supervision = await Supervision.begin(logs === undefined ? {} : { keepLogsIn: `${logs}/${name}` });
    try {
      const { directory } = supervision;
      const binaries = await provideBinaries(supervision, new Progress());
      const plane = await layOutControlPlane(binaries, supervision);
      const [registry] = await Promise.all([startRegistry(binaries, supervision), startEtcd(plane)]);
      const more = (await apiServerArgs?.(directory)) ?? [];
      const args = [...auditArgs(directory, audited, auditedGroups), ...more];
      const apiServer = await startApiServer(plane, args);
      await Promise.all([startControllerManager(plane), startScheduler(plane), startNodes(plane)]);
      const cluster = new TestCluster({ ...plane, ...binaries, directory, registry });
      await cluster.serviceAccountReady('default');
      return new OwnCluster(cluster, plane, supervision, args, apiServer);
    } catch (error) {
      await supervision.end();
      throw error;
    }
  }

  /** What the audited service accounts asked so far. */
  requests(): readonly AuditedRequest[] {
    return auditedRequests(this.#supervision.directory);
  }

  /** What the audited service accounts were denied so far. */
  denied(): readonly DeniedRequest[] {
    return deniedRequests(this.#supervision.directory);
  }

  /** Kills the API server. */
  async stopApiServer(): Promise<void> {
    await this.#apiServer.stop('SIGKILL');
  }

  /** Stops it where it is: connections stay open, and nothing is said on them. */
  pauseApiServer(): void {
    process.kill(this.#apiServer.pid, 'SIGSTOP');
  }

  /** Lets it go on. */
  resumeApiServer(): void {
    process.kill(this.#apiServer.pid, 'SIGCONT');
  }

  /** Starts it again where it was, and waits until it answers. */
  async startApiServer(): Promise<void> {
    this.#apiServer = await startApiServer(this.#plane, this.#args);
  }

  /** Ends all of it; call it in `afterAll`. */
  async close(): Promise<void> {
    await this.cluster.close();
    await this.#supervision.end();
  }
}
