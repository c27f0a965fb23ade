import type { IncomingMessage } from 'node:http';
import type { Tracing } from '../telemetry/index.ts';
import { type Call, isGuarded, nameOf, type PatchType, urlOf } from './call.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { Deadline } from './deadline.ts';
import { ApiError, isApiError } from './error.ts';
import { BodyTooLarge, Exchange, type Outgoing, readBody, StaleConnection } from './exchange.ts';
import { ServerClock } from './server-clock.ts';
import { statusError } from './status.ts';

const maxErrorBytes = 256 * 1024;

/** How a client behaves. */
export interface ClientOptions {
  readonly connection: Connection;
  /** Value of the User-Agent header, such as `imagestreams/0.1.0`. */
  readonly userAgent: string;
  readonly clock?: Clock;
  /** Time for a whole request, queueing and credentials included; 10 seconds unless given. */
  readonly timeoutMs?: number;
  /** Largest response body; 8 MiB unless given. */
  readonly maxBytes?: number;
  /** Requests that are a part of something traced are told; streams are not. */
  readonly tracing?: Tracing | undefined;
}

/** One request. */
export interface RequestOptions {
  readonly query?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * Sent a second time when a kept-alive connection turns out to be closed: the server may have done it already.
   * Unless given, so for `get`, and for a `replace` or `delete` that the server refuses once it has been done.
   */
  readonly idempotent?: boolean;
}

/** A change of some fields. */
export interface PatchOptions extends RequestOptions {
  readonly type: PatchType;
}

/** A deletion; the server refuses it with `Conflict` unless the object is still that one. */
export interface DeleteOptions extends RequestOptions {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  /** What becomes of what the object owns: with `Foreground` it goes first. The resource's own rule unless given. */
  readonly propagationPolicy?: 'Foreground' | 'Background' | 'Orphan';
}

/** A response that goes on until somebody ends it. */
export interface StreamOptions {
  readonly query: Readonly<Record<string, string>>;
  /** Longest time without a byte, in milliseconds, before and after the response starts. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** Called when the server has accepted. */
  readonly onOpen?: () => void;
}

/** The Kubernetes API as JSON over HTTP/1.1. Every failure is an ApiError. Redirects are not followed. */
export class ApiClient {
  readonly #connection: Connection;
  readonly #userAgent: string;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;
  readonly #tracing: Tracing | undefined;
  readonly #exchange = new Exchange();
  readonly #serverClock: ServerClock;

  constructor(options: ClientOptions) {
    this.#connection = options.connection;
    this.#userAgent = options.userAgent;
    this.#clock = options.clock ?? systemClock;
    this.#serverClock = new ServerClock(this.#clock);
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#maxBytes = options.maxBytes ?? 8 * 1024 * 1024;
    this.#tracing = options.tracing;
  }

  /** What the API server's clock shows, in milliseconds since the epoch, as far as its last answer tells. */
  readonly serverNow = (): number => this.#serverClock.now();

  /** Reads one object or one page of a list. */
  get(path: string, options: RequestOptions = {}): Promise<unknown> {
    return this.#json({ method: 'GET', path, query: options.query ?? {}, idempotent: true }, options);
  }

  /** Reads one object or one page of a list where there may be none: undefined in place of `NotFound`. */
  async find(path: string, options: RequestOptions = {}): Promise<unknown> {
    try {
      return await this.get(path, options);
    } catch (error) {
      if (isApiError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  /** Posts an object to a collection and returns what the server made of it. */
  create(path: string, body: unknown, options: RequestOptions = {}): Promise<unknown> {
    const { query = {}, idempotent = false } = options;
    return this.#json({ method: 'POST', path, query, body, idempotent }, options);
  }

  /**
   * Puts an object in place of the stored one and returns what the server made of it. With a
   * `metadata.resourceVersion` it is sent again over a stale connection: if the first went through, the second gets
   * `Conflict`, and reading again shows the write as one's own. Without one it could undo somebody else's write.
   */
  replace(path: string, body: unknown, options: RequestOptions = {}): Promise<unknown> {
    const { query = {}, idempotent = isGuarded(body) } = options;
    return this.#json({ method: 'PUT', path, query, body, idempotent }, options);
  }

  /** Changes some fields and returns the whole object. */
  patch(path: string, body: unknown, options: PatchOptions): Promise<unknown> {
    const { query = {}, idempotent = false, type } = options;
    return this.#json({ method: 'PATCH', path, query, body, contentType: type, idempotent }, options);
  }

  /**
   * Deletes an object and returns it or a Status. With preconditions it is sent again over a stale connection: if the
   * first went through, the second gets `NotFound`, or `Conflict` from an object of the same name made since.
   */
  delete(path: string, options: DeleteOptions = {}): Promise<unknown> {
    const {
      query = {},
      preconditions,
      propagationPolicy,
      idempotent = preconditions !== undefined,
    } = options;
    const asks = preconditions !== undefined || propagationPolicy !== undefined;
    const body = asks
      ? { apiVersion: 'v1', kind: 'DeleteOptions', preconditions, propagationPolicy }
      : undefined;
    return this.#json({ method: 'DELETE', path, query, body, idempotent }, options);
  }

  /** Yields the bytes of a response as they come; ends when the server ends it, throws `Timeout` on silence. */
  async *stream(path: string, options: StreamOptions): AsyncGenerator<Buffer, void, void> {
    const call: Call = { method: 'GET', path, query: options.query, idempotent: true };
    const deadline = new Deadline(this.#clock, options.signal);
    deadline.arm(options.silenceMs);
    let response: IncomingMessage | undefined;
    try {
      response = await this.#open(call, deadline);
      options.onOpen?.();
      for await (const chunk of response as AsyncIterable<Buffer>) {
        deadline.arm(options.silenceMs);
        yield chunk;
      }
    } catch (error) {
      throw this.#explain(error, call, deadline);
    } finally {
      deadline.release();
      response?.destroy();
    }
  }

  /** Closes all connections; requests under way fail. */
  close(): void {
    this.#exchange.close();
  }

  #json(call: Call, options: RequestOptions): Promise<unknown> {
    if (this.#tracing === undefined) return this.#exchanged(call, options);
    const attributes = {
      'http.request.method': call.method,
      'server.address': this.#connection.server.hostname,
      'url.path': call.path,
    };
    return this.#tracing.ask(call.method, attributes, (headers) =>
      this.#exchanged({ ...call, headers }, options),
    );
  }

  async #exchanged(call: Call, options: RequestOptions): Promise<unknown> {
    const deadline = new Deadline(this.#clock, options.signal);
    deadline.arm(options.timeoutMs ?? this.#timeoutMs);
    try {
      const response = await this.#open(call, deadline);
      return parseJson(await readBody(response, options.maxBytes ?? this.#maxBytes), call);
    } catch (error) {
      throw this.#explain(error, call, deadline);
    } finally {
      deadline.release();
    }
  }

  async #open(call: Call, deadline: Deadline): Promise<IncomingMessage> {
    const response = await this.#send(call, deadline);
    this.#serverClock.heard(response.headers.date);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    if (status === 401) this.#connection.forget();
    const text = await readBody(response, maxErrorBytes).catch(() => '');
    throw statusError(nameOf(call), quietlyParsed(text), status, response.headers['retry-after']);
  }

  async #send(call: Call, deadline: Deadline): Promise<IncomingMessage> {
    const credentials = await abortable(this.#connection.credentials(), deadline.signal);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const outgoing: Outgoing = {
      method: call.method,
      url: urlOf(this.#connection.server, call),
      headers: {
        accept: 'application/json',
        'user-agent': this.#userAgent,
        ...call.headers,
        ...(body !== undefined && {
          'content-type': call.contentType ?? 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        }),
      },
      body,
      credentials,
      signal: deadline.signal,
    };
    try {
      return await this.#exchange.send(outgoing);
    } catch (error) {
      if (!(error instanceof StaleConnection && call.idempotent)) throw error;
      return await this.#exchange.send(outgoing);
    }
  }

  #explain(error: unknown, call: Call, deadline: Deadline): ApiError {
    const request = nameOf(call);
    if (deadline.expired) return new ApiError('Timeout', `The API server did not answer ${request} in time.`);
    if (deadline.signal.aborted) return new ApiError('Aborted', `${request} was given up.`);
    if (error instanceof ApiError) return error;
    if (error instanceof BodyTooLarge) {
      return new ApiError('TooLarge', `The answer to ${request} is larger than allowed: ${error.message}.`);
    }
    // Only the code: messages of connection errors may quote addresses, headers or certificates.
    const code = (error as NodeJS.ErrnoException).code ?? 'connection closed';
    const { host } = this.#connection.server;
    return new ApiError(
      'Unreachable',
      `The API server at ${host} cannot be reached for ${request} (${code}).`,
    );
  }
}

function parseJson(text: string, call: Call): unknown {
  const parsed = quietlyParsed(text);
  if (parsed === undefined) throw new ApiError('BadResponse', `The answer to ${nameOf(call)} is not JSON.`);
  return parsed;
}

function quietlyParsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Credential plugins cannot be interrupted, but nobody has to wait for them. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('aborted'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
