import type { ImportResult, RepositoryResult, TagImport } from '../imagestream/index.ts';

/** An import whose result changed nothing is not made again sooner than this, whatever the stream seems to ask for. */
const leastGapMs = 5_000;

interface Attempt {
  readonly request: TagImport;
  readonly startedAt: number;
  finishedAt: number | undefined;
}

/** Whole repositories have no condition that would tell since when they fail. */
interface RepositoryAttempt {
  readonly repository: string;
  failures: number;
  running: boolean;
  /** Not before this time again. */
  until: number;
}

/** What is known of one stream's imports, for as long as the process lives: no more than saves needless requests. */
export class ImportAttempts {
  readonly #tags = new Map<string, Attempt>();
  #results: ImportResult[] = [];
  #repository: RepositoryAttempt | undefined;
  #repositoryResult: RepositoryResult | undefined;
  #running = 0;

  /** Imports under way. */
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
    if (request.cause !== 'Requested') return undefined;
    const until = last.finishedAt + leastGapMs;
    return until > now ? until : undefined;
  }

  begin(request: TagImport, now: number): void {
    this.#tags.set(request.tag, { request, startedAt: now, finishedAt: undefined });
    this.#running += 1;
  }

  /** Without a result nothing was learned, and the import may be made again after the least gap. */
  end(request: TagImport, now: number, result: ImportResult | undefined): void {
    this.#running -= 1;
    const attempt = this.#tags.get(request.tag);
    if (attempt?.request === request) attempt.finishedAt = now;
    if (result !== undefined) this.#results.push(result);
  }

  repositoryWaitsUntil(repository: string, now: number): number | undefined {
    const last = this.#repository;
    if (last === undefined || last.repository !== repository) return undefined;
    if (last.running) return Number.POSITIVE_INFINITY;
    return last.until > now ? last.until : undefined;
  }

  beginRepository(repository: string): void {
    const failures = this.#repository?.repository === repository ? this.#repository.failures : 0;
    this.#repository = { repository, failures, running: true, until: 0 };
    this.#running += 1;
  }

  /** @param delayMs tells, for so many failures in a row, how long the repository is left alone */
  endRepository(
    now: number,
    result: RepositoryResult | undefined,
    delayMs: (failures: number) => number,
  ): void {
    this.#running -= 1;
    this.#repositoryResult = result ?? this.#repositoryResult;
    const last = this.#repository;
    if (last === undefined) return;
    last.running = false;
    last.failures = result?.outcome.kind === 'Tags' ? 0 : last.failures + 1;
    last.until = now + (last.failures === 0 ? leastGapMs : delayMs(last.failures));
  }

  /** Everything that came back since the last time. */
  take(): { readonly results: readonly ImportResult[]; readonly repository: RepositoryResult | undefined } {
    const taken = { results: this.#results, repository: this.#repositoryResult };
    this.#results = [];
    this.#repositoryResult = undefined;
    return taken;
  }

  /** Puts back what could not be written. */
  giveBack(taken: ReturnType<ImportAttempts['take']>): void {
    this.#results = [...taken.results, ...this.#results];
    this.#repositoryResult ??= taken.repository;
  }

  /** Forgets the tags that a stream has no more. */
  keepOnly(tags: ReadonlySet<string>): void {
    for (const tag of this.#tags.keys()) if (!tags.has(tag)) this.#tags.delete(tag);
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
