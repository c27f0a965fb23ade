import { Counter, Gauge, Histogram } from 'prom-client';
import { METRIC_PREFIX, type Registry } from '../telemetry/index.ts';
import type { TagFollowers } from './trigger-index.ts';

/** What of the work at hand is measured when somebody asks. */
export interface TriggerWorkload {
  depth(): number;
  working(): number;
  oldestMs(): number;
  followedTags(): number;
  /** Jobs that are deleted to be made anew and do not exist again yet. */
  pendingJobs(): number;
  /** The most followed tags; as many as asked for. */
  mostFollowed(count: number): readonly TagFollowers[];
  /** How many workloads with triggers there are of each kind. */
  workloads(): Iterable<readonly [kind: string, count: number]>;
}

/**
 * How writing a workload ended: `Admission` set its images as asked, or the `Controller` itself had to; a Job was `Recreated`; only its
 * status was `Recorded`; it was `Refused` for good or `Failed` for now.
 */
export type TriggerWriteResult = 'Admission' | 'Controller' | 'Recreated' | 'Recorded' | 'Refused' | 'Failed';

/** Counts what the trigger controller writes, and measures how far behind it is. */
export class TriggerMetrics {
  readonly #writes: Counter<'kind' | 'result'>;
  readonly #seconds: Histogram;
  #work: TriggerWorkload | undefined;

  /** @param namedTags so many of the most followed tags are named; whoever reads metrics then reads their names */
  constructor(registry: Registry, { namedTags = 0 }: { readonly namedTags?: number } = {}) {
    this.#writes = new Counter({
      name: `${METRIC_PREFIX}trigger_writes_total`,
      help: 'Workloads written for their triggers, by kind and result (Admission or Controller set the image, Recreated, Recorded, Refused, Failed).',
      labelNames: ['kind', 'result'],
      registers: [registry],
    });
    this.#seconds = new Histogram({
      name: `${METRIC_PREFIX}trigger_delay_seconds`,
      help: 'Time from seeing a tag move to having its image in a workload that follows it.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
      registers: [registry],
    });
    const gauge = (name: string, help: string, value: (work: TriggerWorkload) => number) => {
      const work = () => this.#work;
      new Gauge({
        name: `${METRIC_PREFIX}${name}`,
        help,
        registers: [registry],
        collect() {
          const current = work();
          this.set(current === undefined ? 0 : value(current));
        },
      });
    };
    gauge('trigger_queue_depth', 'Workloads that wait to be looked at.', (work) => work.depth());
    gauge('trigger_queue_working', 'Workloads that are looked at or written at this moment.', (work) =>
      work.working(),
    );
    gauge(
      'trigger_queue_oldest_seconds',
      'How long the first of them has waited.',
      (work) => work.oldestMs() / 1000,
    );
    gauge('trigger_followed_tags', 'Image stream tags that workloads follow.', (work) => work.followedTags());
    gauge(
      'trigger_pending_jobs',
      'Jobs that were deleted to be made anew and do not exist again yet.',
      (work) => work.pendingJobs(),
    );
    this.#countWorkloads(registry);
    if (namedTags > 0) this.#countFollowers(registry, namedTags);
  }

  /** Whose work is measured from now on; nobody's when undefined. */
  watch(work: TriggerWorkload | undefined): void {
    this.#work = work;
  }

  wrote(kind: string, result: TriggerWriteResult): void {
    this.#writes.inc({ kind, result });
  }

  moved(delayMs: number): void {
    this.#seconds.observe(delayMs / 1000);
  }

  #countWorkloads(registry: Registry): void {
    const work = () => this.#work;
    new Gauge({
      name: `${METRIC_PREFIX}trigger_workloads`,
      help: 'Workloads with triggers, by kind.',
      labelNames: ['kind'],
      registers: [registry],
      collect() {
        this.reset();
        // kinds of two groups may have one name
        for (const [kind, count] of work()?.workloads() ?? []) this.inc({ kind }, count);
      },
    });
  }

  #countFollowers(registry: Registry, namedTags: number): void {
    const work = () => this.#work;
    new Gauge({
      name: `${METRIC_PREFIX}trigger_tag_followers`,
      help: 'Workloads that follow a tag, of the most followed tags.',
      labelNames: ['namespace', 'imagestream', 'tag'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { stream, tag, workloads } of work()?.mostFollowed(namedTags) ?? []) {
          const [namespace = '', imagestream = ''] = stream.split('/');
          this.set({ namespace, imagestream, tag }, workloads);
        }
      },
    });
  }
}
