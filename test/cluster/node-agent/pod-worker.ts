import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ContainerLauncher } from './container-launcher.ts';
import { type ContainerHost, ContainerRunner } from './container-runner.ts';
import { type ContainerRecord, newRecord } from './container-state.ts';
import type { NodeContext } from './node-context.ts';
import type { Pod } from './objects.ts';
import { pause } from './pause.ts';
import { loopbackOf } from './pod-address.ts';
import { podSources } from './pod-sources.ts';
import { PodVolumes } from './pod-volumes.ts';
import { PodWriter } from './pod-writer.ts';

const SYNC_MS = 2_000;
const RETRY_MS = 1_000;

/** Does for one pod what a kubelet does, from the moment it is bound to the node until it is deleted. */
export class PodWorker {
  readonly podIP: string;
  /** Resolves when nothing of the pod is left. */
  readonly done: Promise<void>;
  readonly #context: NodeContext;
  readonly #address: string;
  readonly #volumes: PodVolumes;
  readonly #launcher: ContainerLauncher;
  readonly #writer: PodWriter;
  readonly #startTime = new Date().toISOString();
  readonly #init: readonly ContainerRecord[];
  readonly #containers: readonly ContainerRecord[];
  readonly #runners = new Set<ContainerRunner>();
  readonly #ending = new AbortController();
  readonly #gone = new AbortController();
  #pod: Pod;
  #graceSeconds = 30;

  constructor(pod: Pod, podIP: string, context: NodeContext) {
    const { metadata, status, spec } = pod;
    this.#pod = pod;
    this.podIP = podIP;
    this.#address = loopbackOf(podIP) ?? podIP;
    const logger = context.logger.child({ pod: `${metadata.namespace}/${metadata.name}` });
    this.#context = { ...context, logger };
    const hostIP = loopbackOf(context.hostIP) ?? context.hostIP;
    const at = { podIP: this.#address, hostIP, allocatable: context.allocatable };
    const sources = podSources(context.client, pod);
    const directory = join(context.runtime.directory, 'pods', metadata.uid);
    this.#volumes = new PodVolumes(directory, pod, sources, at);
    this.#launcher = new ContainerLauncher(pod, this.#context, this.#volumes, sources, at);
    this.#writer = new PodWriter(context.client, pod, logger, this.#gone.signal);
    // what an agent before this one has started counts as well
    const restarts = (name: string) =>
      (status?.containerStatuses?.find((each) => each.name === name)?.restartCount ?? -1) + 1;
    this.#init = (spec.initContainers ?? []).map((container) => newRecord(container, 0));
    this.#containers = spec.containers.map((container) => newRecord(container, restarts(container.name)));
    this.update(pod);
    this.done = this.#run();
  }

  /** What the API says of the pod now. */
  update(pod: Pod): void {
    this.#pod = pod;
    const { deletionTimestamp, deletionGracePeriodSeconds = 30 } = pod.metadata;
    if (deletionTimestamp === undefined) return;
    this.#graceSeconds = deletionGracePeriodSeconds;
    this.#ending.abort();
  }

  /** The pod is gone from the API: whatever still runs is killed. */
  remove(): void {
    this.#graceSeconds = 0;
    this.#gone.abort();
    this.#ending.abort();
  }

  /** The log of a container, of its present run or of the one before; undefined for a name that it has not. */
  logFile(container: string, previous: boolean): string | undefined {
    const record = [...this.#containers, ...this.#init].find((each) => each.container.name === container);
    return record && this.#launcher.logFile(container, record.restartCount - (previous ? 1 : 0));
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    const syncing = this.#keepVolumes(signal);
    if (await this.#prepare(signal)) await this.#runContainers(signal);
    // completed or failed, it stays until somebody deletes it
    await aborted(signal);
    await syncing;
    await this.#writer.delete();
    rmSync(this.#volumes.directory, { recursive: true, force: true });
  }

  async #prepare(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      try {
        await this.#volumes.sync();
        this.#changed();
        return true;
      } catch (error) {
        const waiting = { reason: 'ContainerCreating', message: (error as Error).message };
        for (const record of [...this.#init, ...this.#containers]) record.state = { waiting };
        this.#changed();
        await pause(RETRY_MS, signal);
      }
    }
    return false;
  }

  async #runContainers(signal: AbortSignal): Promise<void> {
    const stop = () => void this.#stopAll();
    signal.addEventListener('abort', stop, { once: true });
    this.#gone.signal.addEventListener('abort', stop, { once: true });
    const { restartPolicy = 'Always' } = this.#pod.spec;
    const initPolicy = restartPolicy === 'Always' ? 'OnFailure' : restartPolicy;
    for (const record of this.#init) {
      if (signal.aborted) return;
      await this.#runOne(record, initPolicy);
      const { state } = record;
      if (!('terminated' in state) || state.terminated.exitCode !== 0) return;
    }
    if (signal.aborted) return;
    await Promise.all(this.#containers.map((record) => this.#runOne(record, restartPolicy)));
  }

  async #runOne(record: ContainerRecord, restartPolicy: ContainerHost['restartPolicy']): Promise<void> {
    const { terminationGracePeriodSeconds = 30 } = this.#pod.spec;
    const { restartBackoff, logger } = this.#context;
    const runner = new ContainerRunner(record, {
      address: this.#address,
      restartPolicy,
      terminationGracePeriodSeconds,
      restartBackoff,
      start: ({ container, restartCount }) => this.#launcher.start(container, restartCount),
      exec: ({ container }, command, timeoutMs) => this.#launcher.exec(container, command, timeoutMs),
      changed: () => this.#changed(),
      note: (message, { container }) => logger.warn({ container: container.name }, message),
    });
    this.#runners.add(runner);
    await runner.run();
    this.#runners.delete(runner);
  }

  async #stopAll(): Promise<void> {
    await Promise.all([...this.#runners].map((runner) => runner.stop(this.#graceSeconds)));
  }

  async #keepVolumes(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(SYNC_MS, signal);
      if (signal.aborted) return;
      // what is missing for a while stays as it was
      await this.#volumes.sync().catch((error: Error) => this.#context.logger.debug(error.message));
    }
  }

  #changed(): void {
    this.#writer.publish(() => [
      this.#pod,
      {
        podIP: this.podIP,
        hostIP: this.#context.hostIP,
        startTime: this.#startTime,
        init: this.#init,
        containers: this.#containers,
      },
    ]);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
