import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Deadline } from './deadline.ts';
import type { Outgoing } from './exchange.ts';
import { Failure } from './failure.ts';
import { LargeBodies, smallBytes } from './large-bodies.ts';
import type { RegistrySettings } from './settings.ts';

/** How far a request has come. */
export interface Progress {
  /** The head of the answer is there. */
  answered: boolean;
  /** The answer waits for room, or has waited longer than it could make us wait: what becomes of it is not its sender's fault. */
  keptWaiting: boolean;
}

const errorBytes = 64 * 1024;
const rest = 'did not send the rest of its answer';

/** Reads the bodies of answers: in time, not too much of them, and not too much at once. */
export class AnswerBodies {
  readonly #settings: RegistrySettings;
  readonly #large: LargeBodies;

  constructor(settings: RegistrySettings) {
    this.#settings = settings;
    this.#large = new LargeBodies(settings.limits.bodiesBytes);
  }

  /** Throws a Failure, or an error of the connection. */
  async read(
    response: Dispatcher.ResponseData,
    outgoing: Outgoing,
    deadline: Deadline,
    progress: Progress,
  ): Promise<Buffer> {
    const { body } = response;
    const whole = response.statusCode === 200 && outgoing.method !== 'HEAD';
    try {
      return whole
        ? await this.#whole(response, outgoing, deadline, progress)
        : await this.#beginning(body, deadline);
    } finally {
      // what was not read would hold the connection
      body.destroy();
    }
  }

  async #beginning(body: AsyncIterable<Buffer>, deadline: Deadline): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.#inTime(body, deadline)) {
      size += chunk.length;
      if (size > errorBytes) break;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async #whole(
    { headers, body }: Dispatcher.ResponseData,
    { mostBytes, party, url }: Outgoing,
    deadline: Deadline,
    progress: Progress,
  ): Promise<Buffer> {
    const announced = lengthIn(headers) ?? mostBytes;
    const tooLarge = () => new Failure('TooLarge', { party, detail: sizeText(mostBytes) });
    if (announced > mostBytes) throw tooLarge();
    const pace = this.#pace();
    const chunks: Buffer[] = [];
    let size = 0;
    let release: (() => void) | undefined;
    try {
      for await (const chunk of this.#inTime(body, deadline)) {
        size += chunk.length;
        if (size > mostBytes) throw tooLarge();
        if (size > announced) {
          throw new Failure('InvalidResponse', { party, detail: 'it sent more than it announced' });
        }
        if (pace.tooSlow(size))
          throw new Failure('Timeout', { party, detail: 'did not send a large answer' });
        if (release === undefined && size > smallBytes) {
          const room = this.#room(url.hostname, announced - smallBytes, deadline, progress);
          release = await pace.stopped(room);
        }
        chunks.push(chunk);
      }
    } finally {
      release?.();
    }
    return Buffer.concat(chunks);
  }

  async #room(host: string, bytes: number, deadline: Deadline, progress: Progress): Promise<() => void> {
    const { clock, timeouts } = this.#settings;
    deadline.signal.throwIfAborted();
    const since = clock.now();
    deadline.pause();
    progress.keptWaiting = true;
    const release = await this.#large.take(host, bytes, deadline.signal);
    progress.keptWaiting = clock.now() - since > timeouts.idleMs;
    return release;
  }

  /** Measures how fast a large answer comes, without the time for which it is not read. */
  #pace() {
    const { clock, timeouts, limits } = this.#settings;
    const begun = clock.now();
    let stoppedMs = 0;
    return {
      tooSlow: (size: number): boolean => {
        const ms = clock.now() - begun - stoppedMs;
        return size > smallBytes && ms > timeouts.slowMs && size < (ms / 1000) * limits.bytesPerSecond;
      },
      stopped: async <T>(promise: Promise<T>): Promise<T> => {
        const since = clock.now();
        const result = await promise;
        stoppedMs += clock.now() - since;
        return result;
      },
    };
  }

  async *#inTime(body: AsyncIterable<Buffer>, deadline: Deadline): AsyncGenerator<Buffer> {
    const { idleMs } = this.#settings.timeouts;
    deadline.arm(idleMs, rest);
    for await (const chunk of body) {
      yield chunk;
      deadline.arm(idleMs, rest);
    }
  }
}

/** The value of a header, several of the same name joined by commas. */
export function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function lengthIn(headers: IncomingHttpHeaders): number | undefined {
  const text = textOf(headers, 'content-length') ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function sizeText(bytes: number): string {
  const mebibytes = bytes / (1024 * 1024);
  return mebibytes >= 1 ? `${Math.floor(mebibytes)} MiB` : `${Math.ceil(bytes / 1024)} KiB`;
}
