import { asObject, type JsonObject } from './json.ts';
import { microTime } from './micro-time.ts';

/** One Event and its repetitions: what happened, and how much of it the API server knows. */
export class EventSeries {
  readonly identity: string;
  readonly #event: JsonObject;
  #count = 1;
  #lastAt: number;
  #written = 0;
  #writtenAt: number;

  /** @param event as `eventObject` makes it */
  constructor(identity: string, event: JsonObject, now: number) {
    this.identity = identity;
    this.#event = event;
    this.#lastAt = now;
    this.#writtenAt = now;
  }

  /** Of the Event. */
  get namespace(): string {
    return String(asObject(this.#event['metadata'])['namespace']);
  }

  /** Of the Event. */
  get name(): string {
    return String(asObject(this.#event['metadata'])['name']);
  }

  /** For the log. */
  get about(): { readonly reason: unknown; readonly object: unknown } {
    const { namespace, name, kind } = asObject(this.#event['regarding']);
    return { reason: this.#event['reason'], object: [kind, namespace, name].filter(Boolean).join('/') };
  }

  /** How often it happened. */
  get count(): number {
    return this.#count;
  }

  /** When it happened last. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** When it was last written, or first came up. */
  get writtenAt(): number {
    return this.#writtenAt;
  }

  /** The API server holds this Event, as far as is known. */
  get exists(): boolean {
    return this.#written > 0;
  }

  /** It happened more often than the API server knows. */
  get behind(): boolean {
    return this.#count > this.#written;
  }

  repeat(now: number): void {
    this.#count += 1;
    this.#lastAt = now;
  }

  /** @param count how much of it is written; 0 when the Event has vanished */
  wrote(count: number, now: number): void {
    this.#written = count;
    this.#writtenAt = now;
  }

  /** The whole Event. */
  get object(): JsonObject {
    return this.#count === 1 ? this.#event : { ...this.#event, ...this.repetitions };
  }

  /** The part that changes. */
  get repetitions(): JsonObject {
    return { series: { count: this.#count, lastObservedTime: microTime(this.#lastAt) } };
  }
}
