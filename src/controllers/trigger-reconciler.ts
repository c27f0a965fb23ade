import {
  type AccessReviews,
  type ApiClient,
  type BackoffLimits,
  backoffDelay,
  type Clock,
  type EventRecorder,
  isApiError,
  type JsonObject,
  metaTime,
} from '../cluster/index.ts';
import type { ImageStream } from '../imagestream/index.ts';
import type { Logger } from '../telemetry/index.ts';
import {
  otherImageOwners,
  type PlannedImage,
  type TriggeredWorkload,
  type TriggerPlan,
} from '../triggers/index.ts';
import { isJob } from '../workloads/index.ts';
import type { JobRecreator } from './job-recreator.ts';
import { fieldManager } from './trigger-field-manager.ts';
import type { TriggerMemory } from './trigger-memory.ts';
import type { TriggerMetrics, TriggerWriteResult } from './trigger-metrics.ts';
import { type PlannedTriggers, TriggerPlanner } from './trigger-planner.ts';
import { TriggerReports } from './trigger-reports.ts';
import { UnseenWorkloads } from './trigger-unseen.ts';
import type { TrackedWorkloads, WorkloadName } from './trigger-workloads.ts';
import { disownImages, readWorkload, type TriggerWrite, writeTriggers } from './trigger-writer.ts';

export interface TriggerReconcilerOptions {
  readonly client: ApiClient;
  readonly streams: { get(key: string): ImageStream | undefined };
  readonly workloads: Pick<TrackedWorkloads, 'wrote'>;
  readonly access: Pick<AccessReviews, 'allowed'>;
  readonly jobs: Pick<JobRecreator, 'begin'>;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: TriggerMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Nobody tells when a permission is given, or when it can be asked about again. */
const unpermittedBackoff: BackoffLimits = { baseMs: 5_000, capMs: 60_000 };
/** What the API server does not take today it may take tomorrow: policies and quotas change without a word. */
const refusedBackoff: BackoffLimits = { baseMs: 60_000, capMs: 3_600_000 };

/** Brings one workload at a time to what its tags ask for. Decided by the core; gathered, written and told here. */
export class TriggerReconciler {
  readonly #options: TriggerReconcilerOptions;
  readonly #planner: TriggerPlanner;
  readonly #reports: TriggerReports;
  readonly #unseen = new UnseenWorkloads();

  constructor(options: TriggerReconcilerOptions) {
    this.#options = options;
    this.#planner = new TriggerPlanner(options);
    this.#reports = new TriggerReports(options);
  }

  /**
   * @returns when to look again though nothing changes, in milliseconds since the epoch
   * @throws ApiError for what may pass by itself
   */
  async reconcile(
    name: WorkloadName,
    workload: TriggeredWorkload,
    memory: TriggerMemory,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    let planned = await this.#plan(name, workload, memory, signal);
    const plan = async (live: TriggeredWorkload) => {
      planned = await this.#plan(name, live, memory, signal);
      return planned.plan;
    };
    let current: Current | undefined = { workload, stored: undefined };
    if (planned.plan.recreates) {
      const isGoing = await this.#recreate(name, workload, plan, memory, signal);
      return isGoing ? undefined : this.#nextAt(planned, memory);
    }
    if (planned.plan.write) {
      const first = { workload, plan: planned.plan };
      const write = await this.#counted(name, () =>
        writeTriggers({ ...this.#options, unseen: this.#unseen }, name, first, plan, signal),
      );
      current = this.#written(name, current, write, memory);
      if (current === undefined) return undefined;
    }
    this.#reports.state(name, workload, planned, memory);
    if (memory.refusals === 0) memory.movedAt = undefined;
    await this.#disown(name, current, signal);
    return this.#nextAt(planned, memory);
  }

  /** @returns whether the Job goes away, so that there is nothing more to look after */
  async #recreate(
    name: WorkloadName,
    workload: TriggeredWorkload,
    plan: (live: TriggeredWorkload) => Promise<TriggerPlan>,
    memory: TriggerMemory,
    signal: AbortSignal,
  ): Promise<boolean> {
    const deletion = await this.#options.jobs.begin(name, plan, memory.movedAt, signal);
    switch (deletion.kind) {
      case 'Deleted':
      case 'Gone':
        return true;
      case 'Unchanged':
        memory.refusals = 0;
        return false;
      case 'Unreviewed':
        memory.refusals += 1;
        this.#reports.unreviewed(name, workload, deletion.plan, memory);
        return false;
      case 'Refused':
        memory.refusals += 1;
        this.#options.metrics.wrote(name.kind.row.kind, 'Refused');
        this.#reports.refused(name, workload, deletion.plan, deletion.error.message, memory);
        return false;
    }
  }

  async #plan(
    name: WorkloadName,
    workload: TriggeredWorkload,
    memory: TriggerMemory,
    signal: AbortSignal,
  ): Promise<PlannedTriggers> {
    const planned = await this.#planner.plan(name, workload, memory);
    for (const image of planned.stopped) await this.#tellConflict(name, workload, image, memory, signal);
    return planned;
  }

  async #counted(name: WorkloadName, write: () => Promise<TriggerWrite>): Promise<TriggerWrite> {
    try {
      const written = await write();
      const result = resultOf(written);
      if (result !== undefined) this.#options.metrics.wrote(name.kind.row.kind, result);
      return written;
    } catch (error) {
      if (!isApiError(error, 'Aborted')) this.#options.metrics.wrote(name.kind.row.kind, 'Failed');
      throw error;
    }
  }

  /** Takes note of what became of a write; undefined when the workload is gone. */
  #written(
    name: WorkloadName,
    current: Current,
    write: TriggerWrite,
    memory: TriggerMemory,
  ): Current | undefined {
    const { clock, metrics, workloads } = this.#options;
    switch (write.kind) {
      case 'Gone':
        return undefined;
      case 'Refused':
        memory.refusals += 1;
        this.#reports.refused(name, current.workload, write.plan, write.error.message, memory);
        return current;
      case 'Unchanged':
        memory.refusals = 0;
        return { workload: workloads.wrote(name, write.stored) ?? current.workload, stored: write.stored };
      case 'Written': {
        const now = clock.now();
        const { plan, stored } = write;
        const workload = workloads.wrote(name, stored) ?? current.workload;
        if (plan.images.length > 0 && memory.movedAt !== undefined) metrics.moved(now - memory.movedAt);
        memory.wrote(plan.images, now);
        this.#reports.updated(name, workload, plan);
        return { workload, stored };
      }
    }
  }

  /** Also what a process before this one left behind when it ended between two writes. */
  async #disown(name: WorkloadName, { workload, stored }: Current, signal: AbortSignal): Promise<void> {
    // a Job that was made anew is handed over, and not just given up
    if (!workload.ownsImages || isJob(name.kind.row)) return;
    const disowned = await disownImages(this.#options, name, stored, signal);
    if (disowned !== undefined) this.#options.workloads.wrote(name, disowned);
  }

  async #tellConflict(
    name: WorkloadName,
    workload: TriggeredWorkload,
    image: PlannedImage,
    memory: TriggerMemory,
    signal: AbortSignal,
  ): Promise<void> {
    const live = await readWorkload(this.#options.client, name, signal);
    if (live === undefined) return;
    const others = otherImageOwners(name.kind.row, live, image.container, fieldManager);
    const until = memory.yieldsUntil(this.#options.clock.now()) ?? 0;
    this.#reports.conflict(name, workload, image, others, metaTime(until));
  }

  #nextAt({ plan }: PlannedTriggers, memory: TriggerMemory): number | undefined {
    const { clock, random } = this.#options;
    const now = clock.now();
    const times: number[] = [];
    memory.unpermitted = plan.failed.some(({ kind }) => kind !== 'NoImage') ? memory.unpermitted + 1 : 0;
    if (memory.unpermitted > 0) {
      times.push(now + backoffDelay(memory.unpermitted, random(), unpermittedBackoff));
    }
    const yields = memory.yieldsUntil(now);
    if (yields !== undefined) times.push(yields);
    if (memory.refusals > 0) times.push(now + backoffDelay(memory.refusals, random(), refusedBackoff));
    return times.length === 0 ? undefined : Math.min(...times);
  }
}

/** A workload as it stands, with what the API server sent of it last. */
interface Current {
  readonly workload: TriggeredWorkload;
  readonly stored: JsonObject | undefined;
}

function resultOf(write: TriggerWrite): TriggerWriteResult | undefined {
  switch (write.kind) {
    case 'Written':
      return write.plan.images.length === 0 ? 'Recorded' : write.by;
    case 'Refused':
      return 'Refused';
    case 'Unchanged':
    case 'Gone':
      return undefined;
  }
}
