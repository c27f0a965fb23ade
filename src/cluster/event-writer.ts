import { backoffDelay } from './backoff.ts';
import { sleep } from './clock.ts';
import { ApiError, type ApiErrorCode, isApiError } from './error.ts';
import type { EventRecorderSettings } from './event-recorder-options.ts';
import type { EventSeries } from './event-series.ts';
import { resourcePath } from './path.ts';

/** A cause of failure is worth a line so often. */
const complaintMs = 300_000;

/** Between two looks whether more urgent work is done. */
const lookMs = 100;

/** Writes Events one after another, in the background, with a bounded queue and a bounded number of attempts. */
export class EventWriter {
  readonly #settings: EventRecorderSettings;
  readonly #queue = new Set<EventSeries>();
  readonly #stop = new AbortController();
  /** When each cause was last complained about. */
  readonly #complaints = new Map<string, number>();
  #working: Promise<void> | undefined;
  #closing = false;
  /** Since when there was more urgent work at every look. */
  #busySince: number | undefined;

  constructor(settings: EventRecorderSettings) {
    this.#settings = settings;
  }

  /** False when too many wait already. */
  push(series: EventSeries): boolean {
    if (this.#stop.signal.aborted) return false;
    if (!this.#queue.has(series) && this.#queue.size >= this.#settings.maxQueued) {
      this.#complain(
        'Overflow',
        `More than ${this.#queue.size} Events wait to be written; others are dropped.`,
      );
      this.#settings.onOutcome('Overflow');
      return false;
    }
    this.#queue.add(series);
    this.#working ??= this.#work();
    return true;
  }

  /** Resolves when all is written, or after `ms`. */
  async close(ms: number): Promise<void> {
    this.#closing = true;
    const cancel = this.#settings.clock.after(ms, () => this.#stop.abort());
    await this.#working;
    cancel();
    this.#stop.abort();
    const lost = this.#queue.size;
    if (lost > 0)
      this.#settings.logger.warn({ events: lost }, 'Events are lost: there was no time to write them');
    this.#queue.clear();
  }

  async #work(): Promise<void> {
    // Lets `push` note that somebody works.
    await Promise.resolve();
    for (const series of this.#queue) {
      await this.#turn();
      if (this.#stop.signal.aborted) break;
      this.#queue.delete(series);
      // What came up while it was written may have gone with it.
      if (series.behind) await this.#write(series);
    }
    this.#working = undefined;
  }

  /** Lets more urgent work go first, as long as there is room to wait, and not for ever. */
  async #turn(): Promise<void> {
    const { clock, busy, maxQueued, maxYieldMs } = this.#settings;
    while (busy()) {
      const now = clock.now();
      this.#busySince ??= now;
      const full = this.#queue.size > maxQueued / 2;
      if (this.#closing || full || now - this.#busySince >= maxYieldMs) return;
      await sleep(clock, lookMs, this.#stop.signal);
    }
    this.#busySince = undefined;
  }

  async #write(series: EventSeries): Promise<void> {
    const { clock, random, backoff, maxAttempts, onOutcome } = this.#settings;
    const { signal } = this.#stop;
    for (let attempt = 1; ; attempt += 1) {
      const error = await this.#send(series);
      if (error === undefined) {
        onOutcome('Written');
        return;
      }
      if (signal.aborted || attempt === maxAttempts || !mayPass(error.code)) {
        this.#fail(series, error);
        return;
      }
      const delayMs = Math.max(backoffDelay(attempt, random(), backoff), error.retryAfterMs ?? 0);
      await sleep(clock, Math.min(delayMs, backoff.capMs), signal);
    }
  }

  #fail(series: EventSeries, { code, message }: ApiError): void {
    // Not again at the next look, but when its repetitions are due.
    series.wrote(series.exists ? series.count : 0, this.#settings.clock.now());
    this.#complain(code, `An Event is dropped: ${message}`, series.about);
    this.#settings.onOutcome('Failed');
  }

  /** Once for each cause in a while, so that a flood of Events never becomes one of lines. */
  #complain(code: string, message: string, about: object = {}): void {
    const { clock, logger } = this.#settings;
    const now = clock.now();
    const quiet = now - (this.#complaints.get(code) ?? Number.NEGATIVE_INFINITY) < complaintMs;
    if (!quiet) this.#complaints.set(code, now);
    logger[quiet ? 'debug' : 'warn']({ ...about, code }, message);
  }

  /** Brings the API server up to date; never rejects. */
  async #send(series: EventSeries): Promise<ApiError | undefined> {
    const { count } = series;
    try {
      // Vanished Events are made anew; one that exists already was made by an attempt whose answer got lost.
      const written =
        (series.exists && (await this.#patch(series))) ||
        (await this.#create(series)) ||
        count === 1 ||
        (await this.#patch(series));
      if (written) series.wrote(count, this.#settings.clock.now());
      return undefined;
    } catch (error) {
      if (error instanceof ApiError) return error;
      return new ApiError('BadResponse', `Unexpected failure while writing an Event: ${String(error)}`);
    }
  }

  /** False when it exists. */
  async #create(series: EventSeries): Promise<boolean> {
    const { client } = this.#settings;
    try {
      const path = eventPath(series.namespace);
      await client.create(path, series.object, { idempotent: true, signal: this.#stop.signal });
      return true;
    } catch (error) {
      if (isApiError(error, 'AlreadyExists')) return false;
      throw error;
    }
  }

  /** False when there is none. */
  async #patch(series: EventSeries): Promise<boolean> {
    const { client } = this.#settings;
    try {
      await client.patch(eventPath(series.namespace, series.name), series.repetitions, {
        type: 'application/merge-patch+json',
        idempotent: true,
        signal: this.#stop.signal,
      });
      return true;
    } catch (error) {
      if (isApiError(error, 'NotFound')) return false;
      throw error;
    }
  }
}

function eventPath(namespace: string, name?: string): string {
  const collection = { group: 'events.k8s.io', version: 'v1', resource: 'events', namespace };
  return resourcePath(name === undefined ? collection : { ...collection, name });
}

function mayPass(code: ApiErrorCode): boolean {
  switch (code) {
    case 'TooManyRequests':
    case 'Timeout':
    case 'Unreachable':
    case 'ServerError':
    case 'Unauthorized':
    case 'Credentials':
      return true;
    case 'NotFound':
    case 'Forbidden':
    case 'Conflict':
    case 'AlreadyExists':
    case 'Gone':
    case 'Invalid':
    case 'TooLarge':
    case 'BadResponse':
    case 'Aborted':
      return false;
  }
}
