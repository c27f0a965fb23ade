import type { ImportResult, RepositoryImport, RepositoryResult, TagImport } from '../imagestream/index.ts';

/** An import whose result changed nothing is not made again sooner than this, whatever the stream seems to ask for. */
const leastGapMs = 5_000;

/** Nor is one that taught nothing, as the API server did not answer, more often than this in the end. */
const longestGapMs = 300_000;

interface Attempt<R> {
  readonly request: R;
  readonly startedAt: number;
  readonly abort: AbortController;
  finishedAt: number | undefined;
  /** In a row, without having learned anything. */
  failures: number;
}

/** What came back of a stream's imports. */
export interface TakenResults {
  readonly results: readonly ImportResult[];
  readonly repository: RepositoryResult | undefined;
}

/**
 * What is known of one stream's imports, for as long as the process lives: no more than saves needless requests. Of each tag at
 * most one import is wanted; a newer wish takes the place of an older one, which is given up.
 */
export class ImportAttempts {
  /** Of the stream. */
  readonly uid: string;
  readonly #tags = new Map<string, Attempt<TagImport>>();
  #results: ImportResult[] = [];
  #repository: Attempt<RepositoryImport> | undefined;
  #repositoryResult: RepositoryResult | undefined;
  #repositoryUntil = 0;
  #running = 0;

  constructor(uid: string) {
    this.uid = uid;
  }

  /** Imports under way or waiting for their turn. */
  get running(): number {
    return this.#running;
  }

  /** When the tag was last tried, in milliseconds since the epoch. */
  attempted(tag: string): number | undefined {
    return this.#tags.get(tag)?.startedAt;
  }

  /** Undefined when the import may begin, else from when on; never while the same one is under way. */
  waitsUntil(request: TagImport, now: number): number | undefined {
    const last = this.#tags.get(request.tag);
    if (last === undefined || !isSame(last.request, request)) return undefined;
    if (last.finishedAt === undefined) return Number.POSITIVE_INFINITY;
    // retries and slots are told apart by the time of the last attempt already
    if (request.cause !== 'Requested' && last.failures === 0) return undefined;
    const gap = Math.min(leastGapMs * 2 ** Math.max(last.failures - 1, 0), longestGapMs);
    return last.finishedAt + gap > now ? last.finishedAt + gap : undefined;
  }

  /** @returns the signal by which the import is given up */
  begin(request: TagImport, now: number): AbortSignal {
    const last = this.#tags.get(request.tag);
    last?.abort.abort();
    const failures = last !== undefined && isSame(last.request, request) ? last.failures : 0;
    const abort = new AbortController();
    this.#tags.set(request.tag, { request, startedAt: now, abort, finishedAt: undefined, failures });
    this.#running += 1;
    return abort.signal;
  }

  /** Without a result nothing was learned. The result of an import that is not wanted any more is dropped. */
  end(request: TagImport, now: number, result: ImportResult | undefined): void {
    this.#running -= 1;
    const attempt = this.#tags.get(request.tag);
    if (attempt?.request !== request) return;
    attempt.finishedAt = now;
    attempt.failures = result === undefined ? attempt.failures + 1 : 0;
    if (result !== undefined) this.#results.push(result);
  }

  repositoryWaitsUntil(request: RepositoryImport, now: number): number | undefined {
    const last = this.#repository;
    if (last === undefined || !isSameRepository(last.request, request)) return undefined;
    if (last.finishedAt === undefined) return Number.POSITIVE_INFINITY;
    return this.#repositoryUntil > now ? this.#repositoryUntil : undefined;
  }

  beginRepository(request: RepositoryImport, now: number): AbortSignal {
    const last = this.#repository;
    last?.abort.abort();
    const failures = last !== undefined && isSameRepository(last.request, request) ? last.failures : 0;
    const abort = new AbortController();
    this.#repository = { request, startedAt: now, abort, finishedAt: undefined, failures };
    this.#running += 1;
    return abort.signal;
  }

  /** @param delayMs tells, for so many failures in a row, how long the repository is left alone */
  endRepository(
    request: RepositoryImport,
    now: number,
    result: RepositoryResult | undefined,
    delayMs: (failures: number) => number,
  ): void {
    this.#running -= 1;
    const last = this.#repository;
    if (last?.request !== request) return;
    this.#repositoryResult = result ?? this.#repositoryResult;
    last.finishedAt = now;
    last.failures = result?.outcome.kind === 'Tags' ? 0 : last.failures + 1;
    this.#repositoryUntil = now + (last.failures === 0 ? leastGapMs : delayMs(last.failures));
  }

  /** Everything that came back since the last time. */
  take(): TakenResults {
    const taken = { results: this.#results, repository: this.#repositoryResult };
    this.#results = [];
    this.#repositoryResult = undefined;
    return taken;
  }

  /** Puts back what could not be written. */
  giveBack(taken: TakenResults): void {
    this.#results = [...taken.results, ...this.#results];
    this.#repositoryResult ??= taken.repository;
  }

  /** Gives up, and forgets, what a stream does not ask for any more. */
  keepOnly(tags: ReadonlySet<string>, repository: boolean): void {
    for (const [tag, { abort }] of this.#tags) {
      if (tags.has(tag)) continue;
      abort.abort();
      this.#tags.delete(tag);
    }
    if (repository) return;
    this.#repository?.abort.abort();
    this.#repository = undefined;
  }

  /** Gives everything up. */
  abandon(): void {
    this.keepOnly(new Set(), false);
  }
}

function isSame(one: TagImport, other: TagImport): boolean {
  return (
    one.generation === other.generation &&
    one.from === other.from &&
    one.insecure === other.insecure &&
    one.mode === other.mode &&
    one.platform.architecture === other.platform.architecture &&
    one.platform.os === other.platform.os
  );
}

function isSameRepository(one: RepositoryImport, other: RepositoryImport): boolean {
  return one.repository === other.repository && one.insecure === other.insecure && one.mode === other.mode;
}
