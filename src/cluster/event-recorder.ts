import { eventIdentity, eventObject, type ObjectEvent, regardingIdentity } from './event.ts';
import { EventNames } from './event-name.ts';
import {
  type EventRecorderOptions,
  type EventRecorderSettings,
  eventRecorderSettings,
} from './event-recorder-options.ts';
import { EventSeries } from './event-series.ts';
import { EventWriter } from './event-writer.ts';
import { microTime } from './micro-time.ts';
import { TokenBuckets } from './token-buckets.ts';

/** How often series are looked through for what is due. */
const sweepMs = 60_000;

/**
 * Writes Events of `events.k8s.io/v1` in the background, as client-go does: the same event again becomes a series of
 * the first, and too many different ones about one object are left out. Memory, requests and time are bounded,
 * whatever happens; what cannot be written is dropped.
 */
export class EventRecorder {
  readonly #settings: EventRecorderSettings;
  readonly #writer: EventWriter;
  readonly #buckets: TokenBuckets;
  readonly #names = new EventNames();
  /** By identity, the one that happened longest ago first. */
  readonly #series = new Map<string, EventSeries>();
  #cancelSweep: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: EventRecorderOptions) {
    this.#settings = eventRecorderSettings(options);
    const { burst, refillMs, maxObjects, clock } = this.#settings;
    this.#writer = new EventWriter(this.#settings);
    this.#buckets = new TokenBuckets({ burst, refillMs, maxKeys: maxObjects }, clock);
  }

  /** Takes note of an event; never waits and never throws. After `close` it does nothing. */
  record(event: ObjectEvent): void {
    if (this.#closed !== undefined) return;
    const { clock, windowMs } = this.#settings;
    const now = clock.now();
    const identity = eventIdentity(event);
    const known = this.#series.get(identity);
    if (known !== undefined && now - known.lastAt < windowMs) {
      this.#repeat(known, now);
      return;
    }
    if (known !== undefined) this.#finish(known);
    if (this.#buckets.take(regardingIdentity(event.regarding))) this.#begin(event, identity, now);
    else this.#settings.onOutcome('Throttled');
  }

  /** Writes what is still to be written, for a bounded time; never rejects. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  #begin(event: ObjectEvent, identity: string, now: number): void {
    const name = this.#names.next(event.regarding.name, now);
    const series = new EventSeries(identity, eventObject(event, this.#settings, name, microTime(now)), now);
    if (!this.#writer.push(series)) return;
    this.#series.set(identity, series);
    for (const oldest of this.#series.values()) {
      if (this.#series.size <= this.#settings.maxSeries) break;
      this.#finish(oldest);
    }
    this.#cancelSweep ??= this.#settings.clock.after(sweepMs, () => this.#sweep());
  }

  #repeat(series: EventSeries, now: number): void {
    series.repeat(now);
    this.#series.delete(series.identity);
    this.#series.set(series.identity, series);
    // The first repetition shows that there is a series; the rest can wait for the next look.
    if (series.count === 2) this.#writer.push(series);
  }

  /** A series without a new event for a whole window is over. */
  #finish(series: EventSeries): void {
    this.#series.delete(series.identity);
    if (series.behind) this.#writer.push(series);
  }

  #sweep(): void {
    const { clock, windowMs, refreshMs } = this.#settings;
    const now = clock.now();
    for (const series of this.#series.values()) {
      if (now - series.lastAt >= windowMs) this.#finish(series);
      else if (series.behind && now - series.writtenAt >= refreshMs) this.#writer.push(series);
    }
    this.#cancelSweep = this.#series.size > 0 ? clock.after(sweepMs, () => this.#sweep()) : undefined;
  }

  async #close(): Promise<void> {
    this.#cancelSweep?.();
    for (const series of this.#series.values()) this.#finish(series);
    await this.#writer.close(this.#settings.closeMs);
  }
}
