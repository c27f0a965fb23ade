import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import type { Answer, Outgoing } from './exchange.ts';
import { Failure } from './failure.ts';
import { pullsLeft, retryAfterMs } from './retry-after.ts';

interface Closed {
  readonly host: string;
  /** Nothing is asked until then. */
  until: number;
  /** No manifest is downloaded until then; asking for its digest costs nothing. */
  pullsUntil: number;
}

const mostGates = 2_000;
const unaskedWaitMs = 60_000;
const longestPullWaitMs = 3_600_000;

/**
 * Keeps away from hosts that asked to wait. Limits are a matter between a host and whoever asks: another credential has a gate of its
 * own, and what an unchecked certificate said closes nothing for those who check.
 */
export class HostGate {
  readonly #clock: Clock;
  readonly #gates = new BoundedMap<Closed>(mostGates);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `TooManyRequests` while the host is not to be asked that. */
  check(outgoing: Outgoing): void {
    const gate = this.#gates.get(keyOf(outgoing));
    if (gate === undefined) return;
    const now = this.#clock.now();
    const { party } = outgoing;
    if (gate.until > now) {
      throw new Failure('TooManyRequests', {
        party,
        detail: 'asked to be left alone for a while',
        retryAfterMs: Math.ceil(gate.until - now),
      });
    }
    if (outgoing.pull === true && gate.pullsUntil > now) {
      throw new Failure('TooManyRequests', {
        party,
        detail: 'allows no more pulls for now',
        retryAfterMs: Math.ceil(gate.pullsUntil - now),
      });
    }
  }

  /** Learns from an answer. */
  note(outgoing: Outgoing, answer: Answer): void {
    const now = this.#clock.now();
    if (answer.status === 429) {
      const wait = retryAfterMs(answer.header('retry-after'), now) ?? unaskedWaitMs;
      this.#gate(outgoing).until = now + wait;
    }
    const pulls = pullsLeft(answer.header('ratelimit-remaining'));
    if (pulls === undefined) return;
    if (pulls.left > 0) {
      const gate = this.#gates.get(keyOf(outgoing));
      if (gate !== undefined) gate.pullsUntil = 0;
    } else {
      const wait = Math.min(longestPullWaitMs, Math.max(unaskedWaitMs, pulls.windowMs));
      this.#gate(outgoing).pullsUntil = now + wait;
    }
  }

  /** The latest time until which anybody's requests to a host fail at once. */
  blockedUntil(host: string): number | undefined {
    const now = this.#clock.now();
    const times = [...this.#gates.values()].filter((gate) => gate.host === host).map(({ until }) => until);
    const latest = Math.max(0, ...times);
    return latest > now ? latest : undefined;
  }

  #gate(outgoing: Outgoing): Closed {
    const key = keyOf(outgoing);
    const gate = this.#gates.get(key) ?? { host: outgoing.url.host, until: 0, pullsUntil: 0 };
    this.#gates.set(key, gate);
    return gate;
  }
}

function keyOf({ url, insecure, who }: Outgoing): string {
  return `${url.origin} ${insecure} ${who}`;
}
