import { sleep } from './clock.ts';
import { Deadline } from './deadline.ts';
import { ApiError } from './error.ts';
import {
  type LeaderElectionOptions,
  type LeaderElectionSettings,
  leaderElectionSettings,
  retryJitter,
} from './leader-election-options.ts';
import { type HoldOutcome, LeaseLock } from './lease-lock.ts';
import { Term } from './term.ts';

/** The work of a leader; it ends soon after `signal` aborts. */
type Lead = (signal: AbortSignal) => Promise<void>;

type Attempt = HoldOutcome | { readonly kind: 'Failed'; readonly error: ApiError };

/**
 * Lets one of several processes lead at a time, by a Lease of `coordination.k8s.io/v1`, on the terms of client-go.
 * The signal of a leader aborts at the renew deadline, before anybody else takes the Lease: they wait for its whole
 * duration, by their own clocks. Clocks may differ by any amount; one may even run as many times as fast as another as
 * the lease is longer than the deadline.
 */
export class LeaderElection {
  readonly #settings: LeaderElectionSettings;
  readonly #lock: LeaseLock;
  readonly #about: { readonly lease: string; readonly identity: string };
  #term: Term | undefined;
  #failures = 0;
  #knownHolder: string | undefined;

  /** @throws RangeError for times that could let two lead at once */
  constructor(options: LeaderElectionOptions) {
    const settings = leaderElectionSettings(options);
    const { namespace, name, identity, client, clock, leaseDurationMs, requestTimeoutMs } = settings;
    this.#settings = settings;
    this.#about = { lease: `${namespace}/${name}`, identity };
    this.#lock = new LeaseLock({
      namespace,
      name,
      identity,
      client,
      clock,
      durationMs: leaseDurationMs,
      timeoutMs: requestTimeoutMs,
    });
  }

  /** True while this process leads; asked at the last moment, it also tells after a pause of the whole process. */
  get leading(): boolean {
    return this.#term?.active ?? false;
  }

  /**
   * Calls `lead` whenever this process may lead, with a signal that aborts when it may not any more, and waits for it
   * to end before it tries again. Resolves once `signal` has aborted, `lead` has ended and the Lease is given back.
   * Rejects with what `lead` rejects with, unless that was after its signal. Call it once.
   */
  async run(lead: Lead, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const since = await this.#acquire(signal);
        if (since === undefined || signal.aborted) return;
        await this.#leadTerm(lead, since, signal);
        if (signal.aborted) return;
        await this.#release();
        // Work that ends at once must not go round and round.
        await sleep(this.#settings.clock, this.#settings.retryPeriodMs, signal);
      }
    } finally {
      await this.#release();
    }
  }

  /** The time that the deadline counts from; undefined when aborted. */
  async #acquire(signal: AbortSignal): Promise<number | undefined> {
    const { clock, renewDeadlineMs } = this.#settings;
    while (!signal.aborted) {
      const startedAt = clock.now();
      const outcome = await this.#attempt(signal);
      if (signal.aborted) break;
      // An answer that took too long proves nothing any more.
      if (outcome.kind === 'Held' && clock.now() < outcome.since + renewDeadlineMs) return outcome.since;
      await this.#wait(startedAt, outcome, signal);
    }
    return undefined;
  }

  async #leadTerm(lead: Lead, since: number, signal: AbortSignal): Promise<void> {
    const { clock, renewDeadlineMs, logger, onChange } = this.#settings;
    const term = new Term(clock, renewDeadlineMs, since);
    const end = () => term.end();
    signal.addEventListener('abort', end, { once: true });
    term.signal.addEventListener('abort', () => onChange(false), { once: true });
    this.#term = term;
    logger.info(this.#about, 'this process leads');
    onChange(true);
    const [work] = await Promise.allSettled([this.#work(lead, term), this.#renew(term)]);
    signal.removeEventListener('abort', end);
    logger.info(this.#about, 'this process leads no more');
    if (work.status === 'rejected') throw work.reason;
  }

  async #work(lead: Lead, term: Term): Promise<void> {
    try {
      await lead(term.signal);
    } catch (error) {
      if (!term.signal.aborted) throw error;
      // Work that is told to end may end in any way.
      this.#settings.logger.debug({ ...this.#about, err: error }, 'the work of the leader was cut short');
    } finally {
      term.end();
    }
  }

  async #renew(term: Term): Promise<void> {
    const { clock, logger } = this.#settings;
    let startedAt = clock.now();
    let outcome: Attempt = { kind: 'Held', since: startedAt };
    while (!term.signal.aborted) {
      await this.#wait(startedAt, outcome, term.signal);
      if (!term.active) break;
      startedAt = clock.now();
      outcome = await this.#attempt(term.signal);
      if (outcome.kind === 'Held') term.renew(outcome.since);
      if (outcome.kind === 'Taken') {
        logger.warn({ ...this.#about, holder: outcome.holder }, 'somebody else took the Lease');
        break;
      }
    }
    term.end();
  }

  /** Never rejects. */
  async #attempt(signal: AbortSignal): Promise<Attempt> {
    const { logger } = this.#settings;
    try {
      const outcome = await this.#lock.hold(signal);
      this.#failures = 0;
      if (outcome.kind === 'Taken' && outcome.holder !== this.#knownHolder) {
        logger.info({ ...this.#about, holder: outcome.holder }, 'somebody else leads');
      }
      this.#knownHolder = outcome.kind === 'Taken' ? outcome.holder : undefined;
      return outcome;
    } catch (caught) {
      const error = asApiError(caught);
      if (signal.aborted) return { kind: 'Failed', error };
      this.#failures += 1;
      const { code, message } = error;
      // The first failure of a row is worth a line; the rest only while somebody looks closely.
      const level = this.#failures === 1 ? 'warn' : 'debug';
      logger[level]({ ...this.#about, code, failures: this.#failures }, message);
      return { kind: 'Failed', error };
    }
  }

  /** Until the next attempt; longer when the server asks for it, but never past the chance to renew. */
  async #wait(startedAt: number, outcome: Attempt, signal: AbortSignal): Promise<void> {
    const { clock, random, retryPeriodMs, renewDeadlineMs } = this.#settings;
    const own = retryPeriodMs * (1 + retryJitter * (2 * random() - 1));
    const asked = outcome.kind === 'Failed' ? (outcome.error.retryAfterMs ?? 0) : 0;
    const delayMs = Math.max(own, Math.min(asked, renewDeadlineMs / 2));
    await sleep(clock, startedAt + delayMs - clock.now(), signal);
  }

  /** Lets others lead at once instead of when the Lease expires, if it is ours; within the time of one request. */
  async #release(): Promise<void> {
    const { clock, requestTimeoutMs, logger } = this.#settings;
    const deadline = new Deadline(clock);
    deadline.arm(requestTimeoutMs);
    try {
      await this.#lock.release(deadline.signal);
    } catch (error) {
      const { code, message } = asApiError(error);
      logger.warn({ ...this.#about, code }, `the Lease is not given back and will expire: ${message}`);
    } finally {
      deadline.release();
    }
  }
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('BadResponse', `Unexpected failure of a leader election: ${String(error)}`);
}
