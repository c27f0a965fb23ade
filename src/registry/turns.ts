import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import { Failure } from './failure.ts';
import type { Rate } from './settings.ts';

/** Lets requests pass at a rate, first come, first served. */
export class Turns {
  readonly #clock: Clock;
  readonly #rate: Rate;
  readonly #waiting = new Set<() => void>();
  #tokens: number;
  #filledAt: number;
  #timed = false;

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAt = clock.now();
  }

  /** Resolves when it is this one's turn. Rejects with `TooManyRequests` when too many wait, or with the signal's reason. */
  next(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    this.#fill();
    if (this.#waiting.size === 0 && this.#tokens >= 1) {
      this.#tokens -= 1;
      return Promise.resolve();
    }
    if (this.#waiting.size >= this.#rate.waiting) {
      return Promise.reject(new Failure('TooManyRequests'));
    }
    return new Promise((resolve, reject) => {
      const pass = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(pass);
        reject(signal?.reason);
      };
      this.#waiting.add(pass);
      signal?.addEventListener('abort', giveUp, { once: true });
      this.#wake();
    });
  }

  #fill(): void {
    const now = this.#clock.now();
    const { burst, perSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1000) * perSecond);
    this.#filledAt = now;
  }

  #wake(): void {
    if (this.#timed || this.#waiting.size === 0) return;
    this.#timed = true;
    const missing = Math.max(0, 1 - this.#tokens);
    this.#clock.after(Math.max(1, Math.ceil((missing / this.#rate.perSecond) * 1000)), () => {
      this.#timed = false;
      this.#fill();
      for (const pass of this.#waiting) {
        if (this.#tokens < 1) break;
        this.#tokens -= 1;
        this.#waiting.delete(pass);
        pass();
      }
      this.#wake();
    });
  }
}

/** Hosts whose turns are kept; beyond, the one not asked for longest starts with a full burst again. */
const mostHosts = 1_000;

/** Turns for each host, and for all together. */
export class HostTurns {
  readonly #clock: Clock;
  readonly #perHost: Rate;
  readonly #total: Turns;
  readonly #hosts = new BoundedMap<Turns>(mostHosts);

  constructor(clock: Clock, perHost: Rate, total: Rate) {
    this.#clock = clock;
    this.#perHost = perHost;
    this.#total = new Turns(clock, total);
  }

  /** A busy host's queue holds up nobody else: the common turn is taken last. */
  async next(host: string, signal: AbortSignal | undefined): Promise<void> {
    const turns = this.#hosts.get(host) ?? new Turns(this.#clock, this.#perHost);
    this.#hosts.set(host, turns);
    await turns.next(signal);
    await this.#total.next(signal);
  }
}
