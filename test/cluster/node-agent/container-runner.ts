import { setTimeout as delay } from 'node:timers/promises';
import type { SupervisedProcess } from '../supervised-process.ts';
import { attempt, type Target } from './attempt.ts';
import { type ContainerRecord, exitCode } from './container-state.ts';
import type { Handler, Probe } from './objects.ts';
import { probing } from './prober.ts';

/** What a runner needs of its pod. */
export interface ContainerHost {
  /** Of the pod, on this machine. */
  readonly address: string;
  readonly restartPolicy: 'Always' | 'OnFailure' | 'Never';
  readonly terminationGracePeriodSeconds: number;
  readonly restartBackoff: { readonly first: number; readonly longest: number };
  /** Starts the container's process. @throws StartFailure */
  start(record: ContainerRecord): Promise<SupervisedProcess>;
  /** Runs another command in the container. */
  exec(record: ContainerRecord, command: readonly string[], timeoutMs: number): Promise<number>;
  /** Something that the status tells has changed. */
  changed(): void;
  note(message: string, record: ContainerRecord): void;
}

/** Why a container could not be started, with the reason that its status gives. */
export class StartFailure extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.name = 'StartFailure';
    this.reason = reason;
  }
}

/** A container that ran so long begins again with the first pause. */
const STEADY_SECONDS = 600;
const RETRY_MS = 1_000;

/** Runs one container: starts it, probes it, starts it again as its pod says, and stops it when asked to. */
export class ContainerRunner {
  readonly record: ContainerRecord;
  readonly #host: ContainerHost;
  readonly #stopping = new AbortController();
  #process: SupervisedProcess | undefined;
  #probes: AbortController | undefined;
  #killing: Promise<void> | undefined;
  #pause: number;

  constructor(record: ContainerRecord, host: ContainerHost) {
    this.record = record;
    this.#host = host;
    this.#pause = host.restartBackoff.first;
  }

  /** Resolves when the container has ended for good. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const startedAt = new Date();
      const process = await this.#start();
      if (process === undefined) {
        await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
        continue;
      }
      const code = await this.#watch(process, startedAt);
      if (signal.aborted || !this.#isRestarted(code)) return;
      await this.#backOff((Date.now() - startedAt.getTime()) / 1000);
    }
  }

  /** Stops it for good: preStop, SIGTERM, and SIGKILL when the time is over. */
  async stop(graceSeconds: number): Promise<void> {
    this.#stopping.abort();
    await this.#kill(graceSeconds);
  }

  async #start(): Promise<SupervisedProcess | undefined> {
    const { record } = this;
    try {
      const process = await this.#host.start(record);
      this.#process = process;
      if (this.#stopping.signal.aborted) void this.#kill(0);
      return process;
    } catch (error) {
      const reason = error instanceof StartFailure ? error.reason : 'CreateContainerError';
      record.state = { waiting: { reason, message: (error as Error).message } };
      this.#host.changed();
      return undefined;
    }
  }

  async #watch(process: SupervisedProcess, startedAt: Date): Promise<number> {
    const { record } = this;
    const containerID = `process://${process.pid}`;
    const began = startedAt.toISOString();
    record.containerID = containerID;
    record.state = { running: { startedAt: began } };
    record.started = record.container.startupProbe === undefined;
    record.ready = record.started && record.container.readinessProbe === undefined;
    this.#probes = new AbortController();
    this.#probe(this.#probes.signal);
    this.#host.changed();
    const how = await process.exited;
    this.#probes.abort();
    this.#process = undefined;
    const code = exitCode(how);
    record.state = {
      terminated: {
        exitCode: code,
        reason: code === 0 ? 'Completed' : 'Error',
        startedAt: began,
        finishedAt: new Date().toISOString(),
        containerID,
      },
    };
    record.ready = false;
    record.started = false;
    this.#host.changed();
    return code;
  }

  #isRestarted(code: number): boolean {
    const { restartPolicy } = this.#host;
    return restartPolicy === 'Always' || (restartPolicy === 'OnFailure' && code !== 0);
  }

  async #backOff(ranSeconds: number): Promise<void> {
    const { record } = this;
    const { first, longest } = this.#host.restartBackoff;
    if (ranSeconds > STEADY_SECONDS) this.#pause = first;
    // the first restart is at once
    const seconds = record.restartCount === 0 ? 0 : this.#pause;
    if (seconds > 0) this.#pause = Math.min(this.#pause * 2, longest);
    const terminated = 'terminated' in record.state ? record.state.terminated : undefined;
    if (terminated !== undefined) record.lastState = { terminated };
    const message = `back-off ${seconds}s restarting failed container=${record.container.name}`;
    record.state = { waiting: { reason: 'CrashLoopBackOff', message } };
    this.#host.changed();
    await delay(seconds * 1000, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    record.restartCount += 1;
  }

  #probe(signal: AbortSignal): void {
    const { startupProbe } = this.record.container;
    if (startupProbe === undefined) {
      this.#probeStarted(signal);
      return;
    }
    const startup = new AbortController();
    const either = AbortSignal.any([signal, startup.signal]);
    void this.#probing(startupProbe, either, (ok, detail) => {
      startup.abort();
      if (ok) {
        this.record.started = true;
        this.record.ready = this.record.container.readinessProbe === undefined;
        this.#host.changed();
        this.#probeStarted(signal);
      } else this.#unhealthy('Startup', startupProbe, detail);
    });
  }

  #probeStarted(signal: AbortSignal): void {
    const { readinessProbe, livenessProbe } = this.record.container;
    if (readinessProbe !== undefined) {
      void this.#probing(readinessProbe, signal, (ok, detail) => {
        if (this.record.ready === ok) return;
        if (!ok) this.#host.note(`Readiness probe failed: ${detail}`, this.record);
        this.record.ready = ok;
        this.#host.changed();
      });
    }
    if (livenessProbe !== undefined) {
      void this.#probing(livenessProbe, signal, (ok, detail) => {
        if (!ok) this.#unhealthy('Liveness', livenessProbe, detail);
      });
    }
  }

  #probing(
    probe: Probe,
    signal: AbortSignal,
    onVerdict: (ok: boolean, detail: string) => void,
  ): Promise<void> {
    return probing(probe, (timeoutMs) => this.#attempt(probe, timeoutMs), onVerdict, signal);
  }

  #attempt(handler: Handler, timeoutMs: number): ReturnType<typeof attempt> {
    const target: Target = {
      container: this.record.container,
      host: this.#host.address,
      exec: (command, within) => this.#host.exec(this.record, command, within),
    };
    return attempt(handler, target, timeoutMs);
  }

  #unhealthy(kind: string, probe: Probe, detail: string): void {
    // a pod that is ending is not restarted
    if (this.#stopping.signal.aborted || this.#killing !== undefined) return;
    this.#host.note(`${kind} probe failed, the container will be restarted: ${detail}`, this.record);
    const { terminationGracePeriodSeconds } = this.#host;
    void this.#kill(probe.terminationGracePeriodSeconds ?? terminationGracePeriodSeconds);
  }

  #kill(graceSeconds: number): Promise<void> {
    const process = this.#process;
    if (process === undefined) return Promise.resolve();
    this.#killing ??= this.#killOnce(process, graceSeconds).finally(() => {
      this.#killing = undefined;
    });
    // asked again with less time, as by `kubectl delete --force`
    if (graceSeconds === 0) process.signal('SIGKILL');
    return this.#killing;
  }

  async #killOnce(process: SupervisedProcess, graceSeconds: number): Promise<void> {
    const preStop = this.record.container.lifecycle?.preStop;
    const timeUp = setTimeout(() => process.signal('SIGKILL'), graceSeconds * 1000);
    try {
      if (preStop !== undefined && graceSeconds > 0) {
        const hook = this.#attempt(preStop, graceSeconds * 1000);
        const outcome = await Promise.race([hook, process.exited]);
        if (typeof outcome === 'object' && !outcome.ok)
          this.#host.note(`PreStop hook failed: ${outcome.detail}`, this.record);
      }
      process.signal('SIGTERM');
      await process.exited;
    } finally {
      clearTimeout(timeUp);
    }
  }
}
