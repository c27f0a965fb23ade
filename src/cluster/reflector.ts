import { sleep } from './clock.ts';
import { ApiError, type ApiErrorCode } from './error.ts';
import { listPages } from './list.ts';
import { type KubernetesObject, kubernetesObject, objectKey } from './object.ts';
import { type ReflectorOptions, type ReflectorSettings, reflectorSettings } from './reflector-options.ts';
import { type Ending, Retry } from './retry.ts';
import { type Change, ProjectionStore } from './store.ts';
import { type WatchEvent, watchOnce } from './watch.ts';

/** State of a reflector, for health endpoints and metrics. */
export interface ReflectorHealth {
  readonly synced: boolean;
  /** A watch is open. */
  readonly connected: boolean;
  /** When the server last said anything (list, opened watch, event or bookmark), by the reflector's clock: milliseconds since the epoch. */
  readonly lastEventAt: number | undefined;
  /** Attempts in a row that failed; 0 when all is well. */
  readonly failures: number;
  readonly lastError:
    | { readonly code: ApiErrorCode; readonly message: string; readonly at: number }
    | undefined;
}

/**
 * Mirrors a collection of the Kubernetes API: lists it, watches it from there, and keeps a projection of each object
 * under `namespace/name` (the name alone when cluster-scoped). Whatever happens to the connection, the last known
 * state stays readable, and a new list takes its place in one step.
 */
export class Reflector<P> {
  readonly #settings: ReflectorSettings<P>;
  readonly #store: ProjectionStore<P>;
  readonly #retry: Retry;
  readonly #stop = new AbortController();
  readonly #firstSync = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #resourceVersion: string | undefined;
  #synced = false;
  #connected = false;
  #lastEventAt: number | undefined;
  #lastError: ReflectorHealth['lastError'];
  #events = 0;

  constructor(options: ReflectorOptions<P>) {
    this.#settings = reflectorSettings(options);
    const { logger, path, backoff, relistAfter, random } = this.#settings;
    this.#store = new ProjectionStore((error) =>
      logger.error({ err: error, path }, 'a change listener failed'),
    );
    this.#retry = new Retry({ backoff, relistAfter }, random);
    // Stopping before the first list must not count as an unhandled rejection.
    this.#firstSync.promise.catch(() => {});
  }

  get(key: string): P | undefined {
    return this.#store.values.get(key);
  }

  has(key: string): boolean {
    return this.#store.values.has(key);
  }

  get size(): number {
    return this.#store.values.size;
  }

  /** True from the first complete list on. */
  get synced(): boolean {
    return this.#synced;
  }

  /** When the server last said anything (list, opened watch, event or bookmark), in milliseconds since the epoch. */
  get lastEventAt(): number | undefined {
    return this.#lastEventAt;
  }

  get health(): ReflectorHealth {
    return {
      synced: this.#synced,
      connected: this.#connected,
      lastEventAt: this.#lastEventAt,
      failures: this.#retry.failures,
      lastError: this.#lastError,
    };
  }

  /** All entries as they are now; a relist while iterating does not disturb it. */
  [Symbol.iterator](): IterableIterator<[string, P]> {
    return this.#store.values.entries();
  }

  /** Calls `listener` after each change; returns the function that ends the subscription. */
  onChange(listener: (change: Change<P>) => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Begins to list and watch; further calls do nothing. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves after the first complete list; rejects with ApiError `Aborted` when stopped before. */
  whenSynced(): Promise<void> {
    return this.#firstSync.promise;
  }

  /** Ends requests and waits at once; resolves when nothing is under way any more. What is known stays readable. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    this.#firstSync.reject(new ApiError('Aborted', `The reflector of ${this.#settings.path} was stopped.`));
  }

  async #run(): Promise<void> {
    const { clock } = this.#settings;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const ending = await this.#attempt(signal);
      if (signal.aborted) return;
      const next = this.#retry.after(ending);
      this.#report(ending.error, next.delayMs);
      if (next.relist) this.#resourceVersion = undefined;
      await sleep(clock, next.delayMs, signal);
    }
  }

  /** Lists if need be, then watches until that ends. */
  async #attempt(signal: AbortSignal): Promise<Ending> {
    const { clock } = this.#settings;
    let startedAt = clock.now();
    this.#events = 0;
    let error: ApiError | undefined;
    try {
      this.#resourceVersion ??= await this.#list(signal);
      startedAt = clock.now();
      await this.#watch(this.#resourceVersion, signal);
    } catch (caught) {
      error = asApiError(caught);
    }
    this.#connected = false;
    return { error, events: this.#events, lastedMs: clock.now() - startedAt };
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { client, path, query, pageSize, maxPageBytes, listTimeoutMs, logger } = this.#settings;
    const next = new Map<string, P>();
    const resourceVersion = await listPages(client, {
      path,
      query,
      pageSize,
      maxBytes: maxPageBytes,
      timeoutMs: listTimeoutMs,
      signal,
      onItem: (item) => {
        const object = kubernetesObject(item);
        const value = object === undefined ? undefined : this.#project(object);
        if (object !== undefined && value !== undefined)
          next.set(objectKey(object.namespace, object.name), value);
      },
    });
    this.#store.replace(next);
    this.#seen();
    if (!this.#synced) logger.info({ path, objects: next.size }, 'collection is in sync');
    this.#synced = true;
    this.#firstSync.resolve();
    return resourceVersion;
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { client, path, query, random, silenceMs, maxEventBytes } = this.#settings;
    await watchOnce(client, {
      path,
      query,
      resourceVersion,
      // Spread over five to ten minutes, so that watchers do not all return together.
      timeoutSeconds: Math.round(300 * (1 + random())),
      silenceMs,
      maxLineBytes: maxEventBytes,
      signal,
      onOpen: () => {
        this.#connected = true;
        this.#seen();
      },
      onEvent: (event) => this.#handle(event),
    });
  }

  #handle(event: WatchEvent): void {
    this.#seen();
    switch (event.type) {
      case 'BOOKMARK':
        this.#events += 1;
        this.#resourceVersion = event.resourceVersion;
        return;
      case 'UNKNOWN':
        this.#settings.logger.warn(
          { path: this.#settings.path, type: event.name },
          'unknown kind of watch event',
        );
        return;
      case 'ADDED':
      case 'MODIFIED':
      case 'DELETED': {
        const { object } = event;
        this.#events += 1;
        const key = objectKey(object.namespace, object.name);
        this.#store.apply(key, event.type === 'DELETED' ? undefined : this.#project(object));
        this.#resourceVersion = object.resourceVersion ?? this.#resourceVersion;
      }
    }
  }

  /** An object that cannot be projected is not kept: an old projection of it would be wrong. */
  #project(object: KubernetesObject): P | undefined {
    const { project, logger, path } = this.#settings;
    try {
      return project(object);
    } catch (error) {
      const { namespace, name } = object;
      logger.warn({ err: error, path, namespace, name }, 'an object cannot be read and is left out');
      return undefined;
    }
  }

  #seen(): void {
    this.#lastEventAt = this.#settings.clock.now();
  }

  #report(error: ApiError | undefined, delayMs: number): void {
    const { logger, path, clock } = this.#settings;
    if (error === undefined) return;
    this.#lastError = { code: error.code, message: error.message, at: clock.now() };
    // The first failure of a row is worth a line; the rest only while somebody looks closely.
    const level = this.#retry.failures === 1 && error.code !== 'Gone' ? 'warn' : 'debug';
    logger[level]({ path, code: error.code, failures: this.#retry.failures, delayMs }, error.message);
  }
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('BadResponse', `Unexpected failure while watching: ${String(error)}`);
}
