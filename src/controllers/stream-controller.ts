import {
  type ApiClient,
  type ApiError,
  type Clock,
  type EventRecorder,
  isApiError,
  metaTime,
} from '../cluster/index.ts';
import {
  foreignSources,
  type ImageStream,
  type ImageStreamMetadata,
  importsDue,
  type Settled,
  settle,
} from '../imagestream/index.ts';
import type { Logger, Tracing } from '../telemetry/index.ts';
import type { ForeignStreams } from './foreign-streams.ts';
import type { ImportAttempts } from './import-attempts.ts';
import { type Importer, ImportRunner } from './import-runner.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { ControllerSettings } from './settings.ts';
import { type StreamEvent, streamEvents } from './stream-events.ts';
import { type StreamName, streamName } from './stream-name.ts';
import { streamReference } from './stream-reference.ts';
import { writeStream } from './stream-writer.ts';
import { tracedImporter, tracedWork } from './traced-work.ts';
import type { TrackedStreams } from './tracked-streams.ts';
import { WorkQueue } from './work-queue.ts';

export interface StreamControllerOptions {
  readonly client: ApiClient;
  readonly streams: TrackedStreams;
  readonly foreign: ForeignStreams;
  readonly importer: Importer;
  readonly events: Pick<EventRecorder, 'record'>;
  /** How many workloads follow a tag of a stream (`namespace/name`); undefined, or without it, when that is not known. */
  readonly followers?: ((stream: string, tag: string) => number | undefined) | undefined;
  readonly settings: ControllerSettings;
  readonly metrics: ControllerMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tracing?: Tracing | undefined;
}

/** Results of one stream that come at nearly the same time are written together. */
const gatheringMs = 50;

/**
 * Keeps the status of all streams current: imports what is due, follows aliases, and writes what became of it. All that is
 * decided is decided by the core, from what is stored and what registries answered; here it is only carried out. One is
 * made for each time that the process leads.
 */
export class StreamController {
  readonly #options: StreamControllerOptions;
  readonly #queue: WorkQueue;
  readonly #runner: ImportRunner;
  readonly #since: number;
  #unsubscribe = () => {};

  constructor(options: StreamControllerOptions) {
    const { clock, random, logger, metrics, importer, settings, tracing } = options;
    const work = (key: string, signal: AbortSignal) => this.#reconcile(streamName(key), signal);
    this.#options = options;
    this.#since = clock.now();
    this.#queue = new WorkQueue({
      work: tracedWork(tracing, 'reconcile stream', 'imagestreams.stream', work),
      onError: (key, error, delayMs) =>
        logger.warn(
          { err: error, stream: key, delayMs },
          'a stream could not be brought up to date; it is tried again',
        ),
      parallel: settings.parallelStreams,
      clock,
      random,
    });
    this.#runner = new ImportRunner({
      importer: tracedImporter(tracing, importer),
      parallel: settings.parallelImports,
      clock,
      random,
      logger,
      metrics: metrics.imports,
      onResult: (stream) => this.#gather(stream),
    });
    metrics.watch({
      depth: () => this.#queue.depth,
      oldestMs: () => this.#queue.oldestMs,
      waiting: () => this.#runner.waiting,
      oldestImportMs: () => this.#runner.oldestMs,
    });
  }

  /** Looks at every stream, and from then on at each that changes. The streams must be in sync. */
  start(): void {
    const { streams } = this.#options;
    this.#unsubscribe = streams.reflector.onChange(({ key }) => this.#changed(key));
    for (const [key] of streams.reflector) this.#changed(key);
    this.#queue.start();
  }

  /** Resolves when nothing is under way any more that could write. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#runner.stop();
    await this.#queue.stop();
  }

  #changed(key: string): void {
    this.#queue.add(key);
    for (const follower of this.#options.streams.followersOf(key)) this.#queue.add(follower);
  }

  #gather(stream: StreamName): void {
    const more = this.#runner.running(stream) > 0;
    this.#queue.addAt(stream.key, this.#options.clock.now() + (more ? gatheringMs : 0));
  }

  async #reconcile(stream: StreamName, signal: AbortSignal): Promise<void> {
    const tracked = this.#options.streams.get(stream.key);
    if (tracked === undefined) {
      this.#runner.forget(stream);
      return;
    }
    const attempts = this.#runner.of(stream, tracked.metadata.uid ?? '');
    const current = await this.#settle(stream, tracked, attempts, signal);
    if (current === undefined || signal.aborted) return;
    this.#import(stream, current, attempts);
  }

  /** Brings the status up to date with what is known; returns the stream as it is then, undefined when it is gone. */
  async #settle(
    stream: StreamName,
    tracked: ImageStream,
    attempts: ImportAttempts,
    signal: AbortSignal,
  ): Promise<ImageStream | undefined> {
    const taken = attempts.take();
    const decide = async (state: ImageStream) => {
      const now = this.#options.clock.now();
      const { results, repository } = taken;
      const sources = await this.#options.foreign.sourcesOf(stream, state);
      return settle(state, {
        now,
        time: metaTime(now),
        results,
        ...(repository === undefined ? {} : { repository }),
        sources,
        ...this.#options.settings,
      });
    };
    try {
      // what memory holds is enough to see that there is nothing to write, which is how nearly all checks end
      const decision = await decide(tracked);
      if (decision.stream === tracked) {
        this.#tell(stream, tracked, decision);
        return tracked;
      }
      const written = await writeStream(this.#options, stream, decide, signal);
      if (written.kind === 'Gone') return undefined;
      this.#options.streams.wrote(stream.key, written.stored);
      if (written.kind === 'Written') this.#options.metrics.written(written.decision);
      this.#tell(stream, written.stored, written.decision);
      return this.#options.streams.get(stream.key);
    } catch (error) {
      attempts.giveBack(taken);
      if (!isApiError(error, 'Invalid') && !isApiError(error, 'TooLarge')) throw error;
      this.#tellRefused(stream, tracked, error);
      return undefined;
    }
  }

  #import(stream: StreamName, current: ImageStream, attempts: ImportAttempts): void {
    const { clock, settings } = this.#options;
    const plan = importsDue(
      current,
      clock.now(),
      settings.settings,
      (tag) => attempts.attempted(tag),
      this.#since,
    );
    const wanted = new Set((current.spec?.tags ?? []).map(({ name }) => name));
    attempts.keepOnly(wanted, plan.repository !== undefined);
    const heads = new Map(
      (current.status?.tags ?? []).map(({ tag, items }) => [tag, items?.[0]?.image ?? '']),
    );
    const waits = plan.due.map((request) =>
      this.#runner.start(stream, attempts, request, heads.get(request.tag) ?? ''),
    );
    if (plan.repository !== undefined)
      waits.push(this.#runner.startRepository(stream, attempts, plan.repository));
    if (followsElsewhere(stream, current)) waits.push(clock.now() + permissionMs);
    const next = Math.min(plan.nextAt ?? Infinity, ...waits.map((until) => until ?? Infinity));
    if (next < Infinity) this.#queue.addAt(stream.key, next);
  }

  #tell(stream: StreamName, { metadata }: ImageStream, settled: Settled): void {
    const followers = (tag: string) => this.#options.followers?.(stream.key, tag);
    for (const event of streamEvents(settled, followers)) this.#record(stream, metadata, event);
  }

  /** What does not fit today may fit after the next change; to try all the time would help nobody. */
  #tellRefused(stream: StreamName, { metadata }: ImageStream, error: ApiError): void {
    const { clock } = this.#options;
    const note = `the API server does not take the stream's new status, so nothing of it moves: ${error.message}`;
    this.#record(stream, metadata, {
      type: 'Warning',
      reason: 'StatusRefused',
      action: 'Importing',
      note,
    });
    this.#queue.addAt(stream.key, clock.now() + refusedMs);
  }

  #record({ namespace, name }: StreamName, metadata: ImageStreamMetadata, event: StreamEvent): void {
    const { events, logger } = this.#options;
    logger.info({ namespace, name, reason: event.reason }, event.note);
    events.record({ ...event, regarding: streamReference({ namespace, name }, metadata) });
  }
}

const refusedMs = 300_000;

/** Nobody tells when a permission is given or taken away. */
const permissionMs = 60_000;

function followsElsewhere({ namespace }: StreamName, stream: ImageStream): boolean {
  return foreignSources(stream).some((source) => source.follows && source.namespace !== namespace);
}
