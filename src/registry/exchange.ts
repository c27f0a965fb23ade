import { AnswerBodies, type Progress, textOf } from './answer-body.ts';
import type { Connections } from './connections.ts';
import { Deadline } from './deadline.ts';
import { Failure, type Party } from './failure.ts';
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

const busy = 'is busy reading large answers';

/** Sends requests, each within its time limits. */
export class Exchange {
  readonly #settings: RegistrySettings;
  readonly #connections: Connections;
  readonly #bodies: AnswerBodies;

  constructor(settings: RegistrySettings, connections: Connections) {
    this.#settings = settings;
    this.#connections = connections;
    this.#bodies = new AnswerBodies(settings);
  }

  /**
   * Throws a Failure, or the reason of the signal. A request whose connection is lost before anything came back is sent once more:
   * most likely it met the end of a connection that was kept alive.
   */
  async send(outgoing: Outgoing): Promise<Answer> {
    const { clock, timeouts } = this.#settings;
    const deadline = new Deadline(clock, timeouts.totalMs, outgoing.signal);
    deadline.arm(timeouts.headersMs, 'did not answer');
    const progress: Progress = { answered: false, keptWaiting: false };
    try {
      return await this.#attempt(outgoing, deadline, progress).catch((error: unknown) => {
        if (progress.answered || deadline.signal.aborted || !isLostConnection(error)) throw error;
        return this.#attempt(outgoing, deadline, progress);
      });
    } catch (error) {
      throw errorOf(error, outgoing, deadline, progress);
    } finally {
      deadline.release();
    }
  }

  async #attempt(outgoing: Outgoing, deadline: Deadline, progress: Progress): Promise<Answer> {
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
    progress.answered = true;
    const content = await this.#bodies.read(response, outgoing, deadline, progress);
    return {
      status: response.statusCode,
      url,
      body: content,
      header: (name) => textOf(response.headers, name),
    };
  }
}

/** What to tell of a request that failed: the reason of the signal unless that is a Failure, else a Failure. */
function errorOf(
  error: unknown,
  { party, signal }: Outgoing,
  { expiredAt }: Deadline,
  { answered, keptWaiting }: Progress,
): unknown {
  const reason = signal?.aborted ? signal.reason : undefined;
  if (signal?.aborted && !(reason instanceof Failure)) return reason;
  if (error instanceof Failure) return error;
  if (keptWaiting) return new Failure('TooManyRequests', { party: 'Controller', detail: busy });
  if (reason instanceof Failure) return new Failure(reason.code, { ...reason, party });
  if (expiredAt !== undefined) return new Failure('Timeout', { party, detail: expiredAt });
  return transportFailure(error, party, answered);
}
