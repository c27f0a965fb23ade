import { type Clock, systemClock } from '../cluster/index.ts';
import type { ResolvableStream } from '../imagestream/index.ts';

/** A tag that is declared and has no image yet. */
export interface PendingTag {
  readonly stream: string;
  readonly tag: string;
}

/**
 * How waiting ended.
 *
 * - `Imported`: every tag has an image.
 * - `Failed`: none is pending any more, and at least one has no image.
 * - `TimedOut`: at least one is pending still.
 * - `TurnedAway`: too many wait already; there was no waiting.
 * - `Draining`: the process is about to end.
 */
export type WaitEnding = 'Imported' | 'Failed' | 'TimedOut' | 'TurnedAway' | 'Draining';

/** What a watch brings of image streams. */
export interface StreamChanges {
  get(namespace: string, name: string): ResolvableStream | undefined;
  onChange(listener: StreamListener): void;
}

/** Hears of every stream that appears, changes or, without a stream, disappears. */
export type StreamListener = (namespace: string, name: string, stream: ResolvableStream | undefined) => void;

export interface FirstImportsOptions {
  readonly streams: StreamChanges;
  readonly clock?: Clock;
  /** Of a single wait; 2 s unless given, of the 5 s that the API server waits for the whole review. */
  readonly longestMs?: number;
  /** Requests that wait at the same time in the process, and for one namespace: 256 and 32 unless given. */
  readonly most?: number;
  readonly mostPerNamespace?: number;
}

interface Waiter {
  /** Stream to tags. */
  readonly pending: Map<string, Set<string>>;
  readonly end: (ending: WaitEnding) => void;
  failed: boolean;
}

/**
 * Lets requests wait until tags have been imported for the first time: a workload is often applied in one go with the stream that
 * it names. Nobody is asked, the watch brings the news.
 */
export class FirstImports {
  readonly #streams: StreamChanges;
  readonly #clock: Clock;
  readonly #longestMs: number;
  readonly #most: number;
  readonly #mostPerNamespace: number;
  readonly #waiters = new Map<string, Set<Waiter>>();
  #waiting = 0;
  #draining = false;
  #listener: (ending: WaitEnding, seconds: number) => void = () => {};

  constructor({ streams, clock, longestMs, most, mostPerNamespace }: FirstImportsOptions) {
    this.#streams = streams;
    this.#clock = clock ?? systemClock;
    this.#longestMs = longestMs ?? 2_000;
    this.#most = most ?? 256;
    this.#mostPerNamespace = mostPerNamespace ?? 32;
    streams.onChange((namespace, name, stream) => this.#changed(namespace, name, stream));
  }

  /** Requests that wait now. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Calls back at the end of every wait. */
  onEnding(listener: (ending: WaitEnding, seconds: number) => void): void {
    this.#listener = listener;
  }

  /** Waits until none of the tags of a namespace is pending any more, or for as long as may be. */
  async wait(namespace: string, tags: readonly PendingTag[]): Promise<WaitEnding> {
    const began = this.#clock.now();
    const ending = this.#refusal(namespace) ?? (await this.#wait(namespace, this.#open(namespace, tags)));
    this.#listener(ending, (this.#clock.now() - began) / 1000);
    return ending;
  }

  /** Ends every wait and lets nobody wait any more. */
  drain(): void {
    this.#draining = true;
    for (const waiters of this.#waiters.values()) for (const { end } of waiters) end('Draining');
  }

  #refusal(namespace: string): WaitEnding | undefined {
    if (this.#draining) return 'Draining';
    const here = this.#waiters.get(namespace)?.size ?? 0;
    return this.#waiting >= this.#most || here >= this.#mostPerNamespace ? 'TurnedAway' : undefined;
  }

  /** Without those that memory has got meanwhile; all else it says may be older than what made them pending. */
  #open(namespace: string, tags: readonly PendingTag[]): Map<string, Set<string>> {
    const pending = new Map<string, Set<string>>();
    for (const { stream, tag } of tags) {
      if (stateOf(this.#streams.get(namespace, stream), tag) === 'Image') continue;
      const names = pending.get(stream) ?? new Set();
      pending.set(stream, names.add(tag));
    }
    return pending;
  }

  async #wait(namespace: string, pending: Map<string, Set<string>>): Promise<WaitEnding> {
    if (pending.size === 0) return 'Imported';
    const { promise, resolve } = Promise.withResolvers<WaitEnding>();
    const waiter: Waiter = { pending, end: resolve, failed: false };
    const waiters = this.#waiters.get(namespace) ?? new Set();
    this.#waiters.set(namespace, waiters.add(waiter));
    this.#waiting += 1;
    const cancel = this.#clock.after(this.#longestMs, () => resolve('TimedOut'));
    const ending = await promise;
    cancel();
    waiters.delete(waiter);
    if (waiters.size === 0 && this.#waiters.get(namespace) === waiters) this.#waiters.delete(namespace);
    this.#waiting -= 1;
    return ending;
  }

  #changed(namespace: string, name: string, stream: ResolvableStream | undefined): void {
    for (const waiter of this.#waiters.get(namespace) ?? []) {
      const tags = waiter.pending.get(name);
      if (tags === undefined) continue;
      settle(waiter, tags, stream);
      if (tags.size === 0) waiter.pending.delete(name);
      if (waiter.pending.size === 0) waiter.end(waiter.failed ? 'Failed' : 'Imported');
    }
  }
}

/** What is gone, or does not have the tag, may be older than what made it pending: nothing follows from it. */
function settle(waiter: Waiter, tags: Set<string>, stream: ResolvableStream | undefined): void {
  for (const tag of tags) {
    const state = stateOf(stream, tag);
    if (state === undefined || state === 'Pending') continue;
    tags.delete(tag);
    waiter.failed ||= state !== 'Image';
  }
}

function stateOf(stream: ResolvableStream | undefined, tag: string) {
  return stream?.tags.find(({ name }) => name === tag)?.state;
}
