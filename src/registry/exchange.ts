import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Connections } from './connections.ts';
import { Deadline } from './deadline.ts';
import { Failure, type Party } from './failure.ts';
import { LargeBodies } from './large-bodies.ts';
import type { RegistrySettings } from './settings.ts';
import { isLostConnection, transportFailure } from './transport-failure.ts';

/** One HTTP request. */
export interface Outgoing {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** For that URL's origin alone. */
  readonly authorization?: string | undefined;
  /** The credential behind it, by its hash; empty for nobody's. */
  readonly who: string;
  readonly body?: string;
  /** Takes any certificate. */
  readonly insecure: boolean;
  readonly party: Party;
  /** Counts as a pull where a registry limits those. */
  readonly pull?: boolean;
  /** More of an answer with status 200 is a failure; of other answers the beginning is enough. */
  readonly mostBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  /** Where it came from, after redirects. */
  readonly url: URL;
  readonly body: Buffer;
  /** The value of a header, several of the same name joined by commas. */
  header(name: string): string | undefined;
}

const errorBytes = 64 * 1024;
const crowded = 'sent a large answer while others did the same';

/** Sends requests, each within its time limits. */
export class Exchange {
  readonly #settings: RegistrySettings;
  readonly #connections: Connections;
  readonly #bodies: LargeBodies;

  constructor(settings: RegistrySettings, connections: Connections) {
    this.#settings = settings;
    this.#connections = connections;
    this.#bodies = new LargeBodies(settings.limits.bodiesBytes);
  }

  /**
   * Throws a Failure, or the reason of the signal. A request whose connection is lost before anything came back is sent once more:
   * most likely it met the end of a connection that was kept alive.
   */
  async send(outgoing: Outgoing): Promise<Answer> {
    const { clock, timeouts } = this.#settings;
    const deadline = new Deadline(clock, timeouts.totalMs, outgoing.signal);
    deadline.arm(timeouts.headersMs, 'did not answer');
    const attempt = { answered: false };
    try {
      return await this.#attempt(outgoing, deadline, attempt).catch((error: unknown) => {
        if (attempt.answered || deadline.signal.aborted || !isLostConnection(error)) throw error;
        return this.#attempt(outgoing, deadline, attempt);
      });
    } catch (error) {
      if (outgoing.signal?.aborted) throw outgoing.signal.reason;
      if (error instanceof Failure) throw error;
      const { party } = outgoing;
      if (deadline.expiredAt !== undefined)
        throw new Failure('Timeout', { party, detail: deadline.expiredAt });
      throw transportFailure(error, party, attempt.answered);
    } finally {
      deadline.release();
    }
  }

  async #attempt(outgoing: Outgoing, deadline: Deadline, attempt: { answered: boolean }): Promise<Answer> {
    const { url, insecure, method, headers, authorization, body } = outgoing;
    const response = await this.#connections.for(url, insecure).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: {
        'user-agent': this.#settings.userAgent,
        // digests are of the bytes as stored
        'accept-encoding': 'identity',
        ...headers,
        ...(authorization !== undefined && { authorization }),
      },
      ...(body !== undefined && { body }),
      // undici closes connections after a HEAD unless told not to
      reset: false,
      signal: deadline.signal,
    });
    attempt.answered = true;
    const content = await this.#read(response, outgoing, deadline);
    return {
      status: response.statusCode,
      url,
      body: content,
      header: (name) => textOf(response.headers, name),
    };
  }

  async #read(
    { statusCode, headers, body }: Dispatcher.ResponseData,
    { mostBytes, method, party }: Outgoing,
    deadline: Deadline,
  ): Promise<Buffer> {
    const { idleMs } = this.#settings.timeouts;
    const whole = statusCode === 200 && method !== 'HEAD';
    const most = whole ? mostBytes : errorBytes;
    const tooLarge = () => new Failure('TooLarge', { party, detail: `${sizeText(most)}` });
    const account = this.#bodies.open();
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      if (whole && Number(textOf(headers, 'content-length')) > most) throw tooLarge();
      deadline.arm(idleMs, 'did not send the rest of its answer');
      for await (const chunk of body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > most) {
          if (whole) throw tooLarge();
          break;
        }
        if (!account.take(chunk.length)) throw new Failure('TooManyRequests', { party, detail: crowded });
        chunks.push(chunk);
        deadline.arm(idleMs, 'did not send the rest of its answer');
      }
    } finally {
      // what was not read would hold the connection
      body.destroy();
      account.close();
    }
    return Buffer.concat(chunks);
  }
}

function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function sizeText(bytes: number): string {
  const mebibytes = bytes / (1024 * 1024);
  return mebibytes >= 1 ? `${Math.floor(mebibytes)} MiB` : `${Math.ceil(bytes / 1024)} KiB`;
}
