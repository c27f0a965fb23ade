import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import { networkHost } from './docker-hub.ts';
import type { Answer } from './exchange.ts';
import { Failure } from './failure.ts';
import type { Place } from './place.ts';
import { noTls } from './transport-failure.ts';

type Scheme = 'https' | 'http';

interface Known {
  readonly scheme: Scheme;
  readonly until: number;
}

const mostHosts = 1_000;
const keptMs = 600_000;

/** Plain HTTP where it is allowed and nothing else works. */
export class Schemes {
  readonly #clock: Clock;
  /** Of insecure places alone: a secure one is never asked without TLS, whatever is known here. */
  readonly #known = new BoundedMap<Known>(mostHosts);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Asks a place by HTTPS. An insecure one where that makes no connection is asked by HTTP, and first so for a while.
   *
   * @param ask is given `https://host[:port]` or `http://host[:port]`
   */
  async ask(place: Place, ask: (origin: string) => Promise<Answer>): Promise<Answer> {
    const host = networkHost(place.host);
    if (!place.insecure) return await ask(`https://${host}`);
    const known = this.#known.get(host);
    const first = known !== undefined && known.until > this.#clock.now() ? known.scheme : 'https';
    const second = first === 'https' ? 'http' : 'https';
    try {
      const answer = await ask(`${first}://${host}`);
      this.#keep(host, first);
      return answer;
    } catch (error) {
      if (!(error instanceof Failure && error.unconnected && error.party === 'Registry')) throw error;
      return await this.#askOther(host, second, ask, error);
    }
  }

  async #askOther(
    host: string,
    scheme: Scheme,
    ask: (origin: string) => Promise<Answer>,
    before: Failure,
  ): Promise<Answer> {
    try {
      const answer = await ask(`${scheme}://${host}`);
      this.#keep(host, scheme);
      return answer;
    } catch (error) {
      throw error instanceof Failure && error.unconnected ? mostTelling(before, error) : error;
    }
  }

  #keep(host: string, scheme: Scheme): void {
    this.#known.set(host, { scheme, until: this.#clock.now() + keptMs });
  }
}

/** That TLS was not understood says nothing where it is not needed; and a refused port less than anything else. */
function mostTelling(...failures: readonly [Failure, Failure]): Failure {
  const [first = failures[0], ...others] = failures.filter(({ detail }) => detail !== noTls);
  return [first, ...others].find(({ code }) => code !== 'Unreachable') ?? first;
}
