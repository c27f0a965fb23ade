import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, type CommandSettings, runCommand } from './command.ts';
import type { Identity, PairFiles } from './credentials.ts';
import { type Grant, grantObjects } from './grant.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { type KubectlSettings, kubectl } from './kubectl.ts';
import type { ProgramName } from './programs.ts';
import type { ProcessSpec } from './protocol.ts';
import type { SupervisedProcess } from './supervised-process.ts';
import { Supervision } from './supervision.ts';
import { waitFor } from './waiting.ts';

/** All there is to know about a running cluster; written to a file for the processes of the tests. */
export interface ClusterHandle {
  readonly directory: string;
  readonly apiServer: string;
  readonly authority: PairFiles;
  readonly registry: string;
  readonly kubeconfig: string;
  readonly paths: Readonly<Record<ProgramName, string>>;
}

/** The environment variable that holds the path of the handle's file. */
export const HANDLE_VARIABLE = 'IMAGESTREAMS_TEST_CLUSTER';

/** What a process adds to the cluster: a program and how to tell that it is ready. */
export interface ExtraProcess extends ProcessSpec {
  readonly ready?: (process: SupervisedProcess) => Promise<boolean>;
  readonly timeoutMs?: number;
}

/** A running cluster, from the side of whoever uses it. */
export class TestCluster {
  readonly #handle: ClusterHandle;
  #extra: Promise<Supervision> | undefined;

  constructor(handle: ClusterHandle) {
    this.#handle = handle;
  }

  /** The cluster that jest's global setup started. */
  static connect(file = process.env[HANDLE_VARIABLE]): TestCluster {
    if (file === undefined)
      throw new Error(`${HANDLE_VARIABLE} is not set: no cluster was started for this test`);
    return new TestCluster(JSON.parse(readFileSync(file, 'utf8')) as ClusterHandle);
  }

  /** @returns the file from which other processes connect */
  writeHandle(): string {
    const file = join(this.directory, 'cluster.json');
    writeFileSync(file, JSON.stringify(this.#handle, null, 2), { mode: 0o600 });
    return file;
  }

  /** Temporary; removed with the cluster. */
  get directory(): string {
    return this.#handle.directory;
  }

  /** `https://127.0.0.1:PORT` */
  get apiServer(): string {
    return this.#handle.apiServer;
  }

  /** The authority of the API server's certificate, PEM. */
  get caFile(): string {
    return this.#handle.authority.certificateFile;
  }

  /** `127.0.0.1:PORT`, plain HTTP, as the first part of an image's name. */
  get registry(): string {
    return this.#handle.registry;
  }

  /** Of a member of `system:masters`. */
  get kubeconfig(): string {
    return this.#handle.kubeconfig;
  }

  /** Where a program of the cluster lies. */
  program(name: ProgramName): string {
    return this.#handle.paths[name];
  }

  /** @returns the path of a kubeconfig whose client certificate names that user and those groups */
  kubeconfigFor(identity: Identity): Promise<string> {
    return writeKubeconfig(this.directory, `user-${randomName()}`, this.#handle, identity);
  }

  /** Allows a user something, in one namespace or everywhere. */
  async grant(grant: Grant): Promise<void> {
    await this.kubectl(['create', '-f', '-'], { input: JSON.stringify(grantObjects(grant, randomName())) });
  }

  /**
   * Runs kubectl, as the administrator unless another kubeconfig is given.
   *
   * @throws Error when it fails, unless `allowFailure`
   */
  kubectl(
    args: readonly string[],
    { kubeconfig = this.kubeconfig, ...settings }: KubectlSettings & { readonly kubeconfig?: string } = {},
  ): Promise<CommandResult> {
    const access = {
      program: this.program('kubectl'),
      kubeconfig,
      cache: join(this.directory, 'kubectl-cache'),
    };
    return kubectl(access, args, settings);
  }

  /**
   * Runs crane, against {@link registry} for example.
   *
   * @throws Error when it fails
   */
  async crane(args: readonly string[], settings: CommandSettings = {}): Promise<string> {
    const env = { HOME: this.directory, DOCKER_CONFIG: this.directory, ...settings.env };
    const { code, stdout, stderr } = await runCommand(this.program('crane'), args, { ...settings, env });
    if (code !== 0) throw new Error(`crane ${args.join(' ')} failed with ${code}: ${stderr.trim()}`);
    return stdout.trim();
  }

  /** Creates a namespace in which pods can be made. */
  async namespace(labels: Readonly<Record<string, string>> = {}): Promise<string> {
    const name = `test-${randomName()}`;
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
    await this.kubectl(['create', '-f', '-'], { input });
    await this.serviceAccountReady(name);
    return name;
  }

  /** Waits until the controllers have made the namespace's default service account: without it pods are refused. */
  async serviceAccountReady(namespace: string): Promise<void> {
    await waitFor(`the service account "default" in ${namespace}`, () =>
      this.kubectl(['get', 'serviceaccount', 'default', '-n', namespace]),
    );
  }

  /** Starts a program that ends with this process at the latest, and waits until it is ready. */
  async startProcess({ ready, timeoutMs, ...spec }: ExtraProcess): Promise<SupervisedProcess> {
    const started = await (await this.#supervision()).start(spec);
    if (ready !== undefined) await started.ready(() => ready(started), timeoutMs);
    return started;
  }

  /** A port for such a program. */
  async takePort(): Promise<number> {
    return (await this.#supervision()).takePort();
  }

  /** Stops what {@link startProcess} started; call it in `afterAll`. The cluster itself goes on. */
  async close(): Promise<void> {
    await (await this.#extra)?.end();
    this.#extra = undefined;
  }

  #supervision(): Promise<Supervision> {
    const keepLogsIn = process.env[LOGS_VARIABLE];
    this.#extra ??= Supervision.begin({
      prefix: 'imagestreams-extra-',
      ...(keepLogsIn === undefined ? {} : { keepLogsIn }),
    });
    return this.#extra;
  }
}

/** The environment variable that holds the directory where logs are kept. */
export const LOGS_VARIABLE = 'CLUSTER_LOGS';

function randomName(): string {
  return randomBytes(4).toString('hex');
}
