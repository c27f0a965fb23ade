import { type BackoffLimits, backoffDelay } from './backoff.ts';
import type { ApiError, ApiErrorCode } from './error.ts';

/** A watch shorter than this has not proven that the server is well. */
const shortWatchMs = 1_000;

/** Longest wait that a server's Retry-After can impose. */
const maxRetryAfterMs = 60_000;

/** How an attempt ended; `error` is absent when the server ended a watch in good order. */
export interface Ending {
  readonly error: ApiError | undefined;
  readonly events: number;
  readonly lastedMs: number;
}

/** What to do next. */
export interface NextStep {
  readonly delayMs: number;
  /** List anew instead of watching from the last resource version. */
  readonly relist: boolean;
}

/** Limits that rule the retries. */
export interface RetryLimits {
  readonly backoff: BackoffLimits;
  readonly relistAfter: number;
}

/**
 * Decides when to try again and whether the last resource version can still be trusted.
 * A lost connection resumes where it was. What casts doubt on the resource version itself (silence, lines that make
 * no sense, errors of the server) leads to a new list when it repeats without any event in between: after a restore
 * of etcd, for instance, a watch from a version of the future stays silent for ever.
 */
export class Retry {
  readonly #limits: RetryLimits;
  readonly #random: () => number;
  #failures = 0;
  #doubts = 0;

  constructor(limits: RetryLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /** Attempts in a row that failed. */
  get failures(): number {
    return this.#failures;
  }

  after(ending: Ending): NextStep {
    const { error, events, lastedMs } = ending;
    if (events > 0) this.#doubts = 0;
    if (events > 0 && lastedMs >= shortWatchMs) this.#failures = 0;
    if (error === undefined) return this.#afterOrderlyEnd(lastedMs);
    this.#failures += 1;
    if (error.code === 'Gone') {
      this.#doubts = 0;
      // Expiry is ordinary the first time, but must not become a loop of lists.
      return { relist: true, delayMs: this.#failures === 1 ? 0 : this.#delay(error) };
    }
    if (castsDoubt(error.code)) this.#doubts += 1;
    const relist = this.#doubts >= this.#limits.relistAfter;
    if (relist) this.#doubts = 0;
    return { relist, delayMs: this.#delay(error) };
  }

  #afterOrderlyEnd(lastedMs: number): NextStep {
    if (lastedMs >= shortWatchMs) {
      this.#failures = 0;
      return { relist: false, delayMs: 0 };
    }
    this.#failures += 1;
    return { relist: false, delayMs: this.#delay() };
  }

  #delay(error?: ApiError): number {
    const own = backoffDelay(this.#failures, this.#random(), this.#limits.backoff);
    return Math.max(own, Math.min(error?.retryAfterMs ?? 0, maxRetryAfterMs));
  }
}

function castsDoubt(code: ApiErrorCode): boolean {
  switch (code) {
    case 'Unreachable':
    case 'TooManyRequests':
    case 'Unauthorized':
    case 'Credentials':
    case 'Aborted':
      return false;
    case 'NotFound':
    case 'Forbidden':
    case 'Conflict':
    case 'AlreadyExists':
    case 'Gone':
    case 'Timeout':
    case 'ServerError':
    case 'Invalid':
    case 'TooLarge':
    case 'BadResponse':
      return true;
  }
}
