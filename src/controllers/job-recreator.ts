import {
  type ApiClient,
  ApiError,
  backoffDelay,
  type Clock,
  type EventRecorder,
  isApiError,
} from '../cluster/index.ts';
import type { ImageStream } from '../imagestream/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { TriggeredWorkload, TriggerPlan } from '../triggers/index.ts';
import { handedOver, jobInPlace } from './job-creation.ts';
import { deleteJob, type JobDeletion } from './job-deletion.ts';
import type { StoredRecord } from './job-record.ts';
import { JobRecords } from './job-records.ts';
import { JobReports } from './job-reports.ts';
import type { TriggerMetrics } from './trigger-metrics.ts';
import type { WorkloadName } from './trigger-workloads.ts';
import { WorkQueue } from './work-queue.ts';

export interface JobRecreatorOptions {
  readonly client: ApiClient;
  readonly streams: { get(key: string): ImageStream | undefined };
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: Pick<TriggerMetrics, 'moved' | 'wrote'>;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  /** The controller's own, where it keeps what it must not forget. */
  readonly ownNamespace: string;
}

interface Pending {
  readonly record: StoredRecord;
  /** When this process began to look after it, in milliseconds since the epoch. */
  readonly since: number;
  /** When the tag was seen to move, if it was. */
  readonly movedAt: number | undefined;
  waits: number;
  toldToWait: boolean;
  /** There is nothing more to do but to forget about it. */
  done: boolean;
}

/** A deletion that was sent may take effect for so long after it was given up. */
const longestDeletionMs = 120_000;
/** Pods have half a minute to end, unless they say otherwise. */
const longWaitMs = 60_000;
/** Pods may take minutes to end; nobody tells when a Job is gone. */
const goneBackoff = { baseMs: 100, capMs: 5_000 };
/** Quotas and policies change without a word. */
const retryBackoff = { baseMs: 1_000, capMs: 300_000 };
const leftOver = 'left over';

/**
 * Makes Jobs anew. Each one is written down before it is deleted, and looked after from then on until the new one exists and belongs
 * to those who owned the old one; by another process where this one does not get to it.
 */
export class JobRecreator {
  readonly #options: JobRecreatorOptions;
  readonly #records: JobRecords;
  readonly #reports: JobReports;
  readonly #pending = new Map<string, Pending>();
  readonly #queue: WorkQueue;

  constructor(options: JobRecreatorOptions) {
    const { client, clock, random, ownNamespace } = options;
    this.#options = options;
    this.#records = new JobRecords(client, ownNamespace);
    this.#reports = new JobReports(options);
    this.#queue = new WorkQueue({
      work: (id, signal) => (id === leftOver ? this.#takeOver(signal) : this.#look(id, signal)),
      onError: (id, error, delayMs) => this.#failed(id, error, delayMs),
      parallel: 8,
      backoff: retryBackoff,
      clock,
      random,
    });
  }

  /** Jobs that are deleted, or about to be, and have not been made again yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Looks after what is written down from now on, first of all after what processes before this one left undone. */
  start(): void {
    this.#queue.add(leftOver);
    this.#queue.start();
  }

  /** Resolves when nothing is under way any more that could write. */
  async stop(): Promise<void> {
    await this.#queue.stop();
  }

  /** Deletes a Job to make it anew; see {@link deleteJob}. @param movedAt when its tag was seen to move */
  begin(
    name: WorkloadName,
    plan: (live: TriggeredWorkload) => Promise<TriggerPlan>,
    movedAt: number | undefined,
    signal: AbortSignal,
  ): Promise<JobDeletion> {
    const options = {
      client: this.#options.client,
      records: this.#records,
      onDeleted: (record: StoredRecord) => this.#take(record, movedAt),
      onLeftOver: () => this.#queue.add(leftOver),
    };
    return deleteJob(options, name, plan, signal);
  }

  #take(record: StoredRecord, movedAt?: number): void {
    this.#pending.set(record.id, {
      record,
      movedAt,
      since: this.#options.clock.now(),
      waits: 0,
      toldToWait: false,
      done: false,
    });
    this.#queue.add(record.id);
  }

  async #takeOver(signal: AbortSignal): Promise<void> {
    for (const record of await this.#records.list(signal)) {
      if (!this.#pending.has(record.id)) this.#take(record);
    }
  }

  async #look(id: string, signal: AbortSignal): Promise<void> {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    const { record } = pending;
    if (pending.done) {
      await this.#forget(pending, signal);
      return;
    }
    const place = await jobInPlace(this.#options.client, record, signal);
    switch (place.kind) {
      case 'Waiting':
        this.#tellToWait(pending, place.finalizers);
        this.#lookAgain(id, pending);
        return;
      case 'Untouched':
        if (this.#options.clock.now() - pending.since < longestDeletionMs) this.#lookAgain(id, pending);
        else await this.#forget(pending, signal);
        return;
      case 'Made': {
        const job = await handedOver(this.#options.client, record, place.job, signal);
        if (job !== undefined) this.#made(pending, job);
        await this.#forget(pending, signal);
        return;
      }
      case 'Changed':
      case 'Other':
      case 'Impossible':
        this.#reports.leftAlone(record, place.kind);
        await this.#forget(pending, signal);
    }
  }

  #tellToWait(pending: Pending, finalizers: readonly string[]): void {
    if (pending.toldToWait || this.#options.clock.now() - pending.since < longWaitMs) return;
    pending.toldToWait = true;
    this.#reports.waits(pending.record, finalizers);
  }

  #lookAgain(id: string, pending: Pending): void {
    pending.waits += 1;
    const { clock, random } = this.#options;
    this.#queue.addAt(id, clock.now() + backoffDelay(pending.waits, random(), goneBackoff));
  }

  async #forget(pending: Pending, signal: AbortSignal): Promise<void> {
    pending.done = true;
    await this.#records.remove(pending.record, signal);
    this.#pending.delete(pending.record.id);
  }

  #made({ record, movedAt }: Pending, job: Parameters<JobReports['recreated']>[1]): void {
    const { clock, metrics } = this.#options;
    metrics.wrote('Job', 'Recreated');
    if (movedAt !== undefined) metrics.moved(clock.now() - movedAt);
    this.#reports.recreated(record, job);
  }

  #failed(id: string, error: unknown, delayMs: number): void {
    const pending = this.#pending.get(id);
    // a name that is taken meanwhile is looked at next time
    if (isApiError(error, 'AlreadyExists')) return;
    const message = error instanceof ApiError ? error.message : String(error);
    if (pending === undefined) this.#reports.notListed(message, delayMs);
    else if (pending.done) this.#reports.notForgotten(pending.record, message);
    else this.#reports.failed(pending.record, this.#records.nameOf(pending.record), message, delayMs);
  }
}
