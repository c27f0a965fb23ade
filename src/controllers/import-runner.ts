import { type BackoffLimits, backoffDelay, type Clock } from '../cluster/index.ts';
import type { RepositoryImport, TagImport } from '../imagestream/index.ts';
import type { FoundImage } from '../registry/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { ImportAttempts } from './import-attempts.ts';
import { importFailure } from './import-failure.ts';
import type { ImportMetrics } from './import-metrics.ts';
import { Slots } from './slots.ts';
import type { StreamName } from './stream-name.ts';

/** What asks registries; its errors are RegistryError, and ApiError where pull secrets cannot be read. */
export interface Importer {
  /** @param known the digest that the tag points to now, or empty */
  find(stream: StreamName, request: TagImport, known: string, signal: AbortSignal): Promise<FoundImage>;
  tags(stream: StreamName, request: RepositoryImport, signal: AbortSignal): Promise<readonly string[]>;
}

export interface ImportRunnerOptions {
  readonly importer: Importer;
  /** Imports at the same time; a namespace has an eighth of them at most. */
  readonly parallel: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: ImportMetrics;
  /** Told when a stream has results to take. */
  readonly onResult: (stream: StreamName) => void;
}

/** One namespace has no more than this part of all imports at the same time: it may name registries that never answer. */
const shares = 8;

/** A repository that failed for a passing cause, or whose failure could not be recorded. */
const repositoryBackoff: BackoffLimits = { baseMs: 60_000, capMs: 3_600_000 };

/** Runs imports beside the reconciling, so that a slow registry holds up nothing but its own tags. */
export class ImportRunner {
  readonly #options: ImportRunnerOptions;
  readonly #slots: Slots;
  readonly #streams = new Map<string, ImportAttempts>();
  #stopped = false;

  constructor(options: ImportRunnerOptions) {
    const { parallel: count, clock } = options;
    this.#options = options;
    this.#slots = new Slots({ count, share: Math.ceil(count / shares), now: () => clock.now() });
  }

  /** Imports that wait for their turn. */
  get waiting(): number {
    return this.#slots.waiting;
  }

  /** For how long the first of them has waited. */
  get oldestMs(): number {
    return this.#slots.oldestMs;
  }

  /** What is known of a stream's imports; nothing of an earlier one of the same name. */
  of(stream: StreamName, uid: string): ImportAttempts {
    const known = this.#streams.get(stream.key);
    if (known?.uid === uid) return known;
    known?.abandon();
    const attempts = new ImportAttempts(uid);
    this.#streams.set(stream.key, attempts);
    return attempts;
  }

  /** Imports of a stream that are under way or wait for their turn. */
  running(stream: StreamName): number {
    return this.#streams.get(stream.key)?.running ?? 0;
  }

  /** Gives a stream's imports up, and forgets them. */
  forget(stream: StreamName): void {
    this.#streams.get(stream.key)?.abandon();
    this.#streams.delete(stream.key);
  }

  /** Gives everything up, for good. */
  stop(): void {
    this.#stopped = true;
    for (const attempts of this.#streams.values()) attempts.abandon();
    this.#streams.clear();
  }

  /**
   * Begins an import.
   * @param attempts of that stream
   * @param known the digest that the tag points to now, or empty
   * @returns when to try again if it may not begin yet, in milliseconds since the epoch; infinity while the same one is under way
   */
  start(stream: StreamName, attempts: ImportAttempts, request: TagImport, known: string): number | undefined {
    const { clock, importer, metrics, onResult } = this.#options;
    if (this.#stopped) return Number.POSITIVE_INFINITY;
    const startedAt = clock.now();
    const until = attempts.waitsUntil(request, startedAt);
    if (until !== undefined) return until;
    const signal = attempts.begin(request, startedAt);
    const claim = { owner: stream.namespace, urgent: request.cause === 'Requested', signal };
    const ended = (result: Parameters<ImportAttempts['end']>[2]) => {
      attempts.end(request, clock.now(), result);
      onResult(stream);
    };
    this.#slots
      .run(claim, () => importer.find(stream, request, known, signal))
      .then(
        (found) => {
          const result = found.image === known ? 'Unchanged' : 'New';
          metrics.imported(request, result, clock.now() - startedAt);
          ended({ request, outcome: { kind: 'Image', image: found.image, reference: found.reference } });
        },
        (error: unknown) => {
          const outcome = this.#failure(stream, error, signal, { tag: request.tag, from: request.from });
          if (!signal.aborted) metrics.failed(request, outcome?.reason, clock.now() - startedAt);
          ended(outcome && { request, outcome });
        },
      );
    return undefined;
  }

  /** The same for a whole repository. */
  startRepository(
    stream: StreamName,
    attempts: ImportAttempts,
    request: RepositoryImport,
  ): number | undefined {
    const { clock, random, importer, metrics, onResult } = this.#options;
    if (this.#stopped) return Number.POSITIVE_INFINITY;
    const until = attempts.repositoryWaitsUntil(request, clock.now());
    if (until !== undefined) return until;
    const signal = attempts.beginRepository(request, clock.now());
    const claim = { owner: stream.namespace, urgent: true, signal };
    const ended = (result: Parameters<ImportAttempts['endRepository']>[2]) => {
      const delay = (failures: number) => backoffDelay(failures, random(), repositoryBackoff);
      attempts.endRepository(request, clock.now(), result, delay);
      onResult(stream);
    };
    this.#slots
      .run(claim, () => importer.tags(stream, request, signal))
      .then(
        (tags) => {
          metrics.listed(request, undefined);
          ended({ request, outcome: { kind: 'Tags', tags } });
        },
        (error: unknown) => {
          const outcome = this.#failure(stream, error, signal, { repository: request.repository });
          if (!signal.aborted) metrics.listed(request, outcome?.reason ?? 'Unknown');
          ended(outcome && { request, outcome });
        },
      );
    return undefined;
  }

  /** Undefined when nothing was learned about the source: then the stream's status has nothing to say. */
  #failure(stream: StreamName, error: unknown, signal: AbortSignal, what: Readonly<Record<string, string>>) {
    if (signal.aborted) return undefined;
    const { namespace, name } = stream;
    const { logger } = this.#options;
    const failure = importFailure(error, namespace);
    if (failure === 'NotTried') {
      logger.debug({ err: error, namespace, name, ...what }, 'an import could not be tried');
      return undefined;
    }
    if (failure === 'Broken') {
      logger.error({ err: error, namespace, name, ...what }, 'an import broke');
      return undefined;
    }
    const { reason, message } = failure;
    logger.info({ namespace, name, ...what, code: reason }, `import failed: ${message}`);
    return { kind: 'Failed', reason, message } as const;
  }
}
