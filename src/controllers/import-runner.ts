import { ApiError, type BackoffLimits, backoffDelay, type Clock } from '../cluster/index.ts';
import type { ImportResult, RepositoryImport, RepositoryResult, TagImport } from '../imagestream/index.ts';
import { type FoundImage, RegistryError } from '../registry/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { ImportAttempts } from './import-attempts.ts';
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
  /** Ends what is under way. */
  readonly signal: AbortSignal;
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

  constructor(options: ImportRunnerOptions) {
    this.#options = options;
    this.#slots = new Slots(options.parallel, Math.ceil(options.parallel / shares));
  }

  /** Imports that wait for their turn. */
  get waiting(): number {
    return this.#slots.waiting;
  }

  /** What is known of a stream's imports. */
  of(stream: StreamName): ImportAttempts {
    let attempts = this.#streams.get(stream.key);
    if (attempts === undefined) {
      attempts = new ImportAttempts();
      this.#streams.set(stream.key, attempts);
    }
    return attempts;
  }

  /** Lets a stream's memory go; results of what is under way reach nobody. */
  forget(stream: StreamName): void {
    this.#streams.delete(stream.key);
  }

  /**
   * Begins an import.
   * @param known the digest that the tag points to now, or empty
   * @returns when to try again if it may not begin yet, in milliseconds since the epoch; infinity while the same one is under way
   */
  start(stream: StreamName, request: TagImport, known: string): number | undefined {
    const attempts = this.of(stream);
    const now = this.#options.clock.now();
    const until = attempts.waitsUntil(request, now);
    if (until !== undefined) return until;
    attempts.begin(request, now);
    void this.#slots
      .run(stream.namespace, () => this.#import(stream, request, known))
      .then((result) => {
        attempts.end(request, this.#options.clock.now(), result);
        this.#options.onResult(stream);
      });
    return undefined;
  }

  /** The same for a whole repository. */
  startRepository(stream: StreamName, request: RepositoryImport): number | undefined {
    const { clock, random } = this.#options;
    const attempts = this.of(stream);
    const until = attempts.repositoryWaitsUntil(request.repository, clock.now());
    if (until !== undefined) return until;
    attempts.beginRepository(request.repository);
    void this.#slots
      .run(stream.namespace, () => this.#list(stream, request))
      .then((result) => {
        attempts.endRepository(clock.now(), result, (failures) =>
          backoffDelay(failures, random(), repositoryBackoff),
        );
        this.#options.onResult(stream);
      });
    return undefined;
  }

  async #import(stream: StreamName, request: TagImport, known: string): Promise<ImportResult | undefined> {
    const { importer, metrics, clock, signal } = this.#options;
    const startedAt = clock.now();
    try {
      const found = await importer.find(stream, request, known, signal);
      metrics.imported(request, found.image === known ? 'Unchanged' : 'New', clock.now() - startedAt);
      return { request, outcome: { kind: 'Image', image: found.image, reference: found.reference } };
    } catch (error) {
      if (signal.aborted) return undefined;
      const outcome = this.#failure(stream, error, { tag: request.tag, from: request.from });
      metrics.failed(request, outcome?.reason ?? 'Unknown', clock.now() - startedAt);
      return outcome === undefined ? undefined : { request, outcome };
    }
  }

  async #list(stream: StreamName, request: RepositoryImport): Promise<RepositoryResult | undefined> {
    const { importer, signal } = this.#options;
    try {
      return { request, outcome: { kind: 'Tags', tags: await importer.tags(stream, request, signal) } };
    } catch (error) {
      const outcome = this.#failure(stream, error, { repository: request.repository });
      return outcome === undefined ? undefined : { request, outcome };
    }
  }

  /** Undefined when nothing was learned about the source: then the stream's status has nothing to say. */
  #failure(stream: StreamName, error: unknown, what: Readonly<Record<string, string>>) {
    const { namespace, name } = stream;
    const { logger } = this.#options;
    if (error instanceof RegistryError) {
      logger.info({ namespace, name, ...what, code: error.code }, `import failed: ${error.message}`);
      return { kind: 'Failed', reason: error.code, message: error.message } as const;
    }
    if (error instanceof ApiError) {
      logger.warn({ namespace, name, ...what, code: error.code }, `import not tried: ${error.message}`);
    } else {
      logger.error({ err: error, namespace, name, ...what }, 'an import broke');
    }
    return undefined;
  }
}
