import { abortable } from './abortable.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import type { Send } from './polite-exchange.ts';
import { tokenIn } from './token.ts';
import { type TokenQuestion, tokenRequest } from './token-request.ts';

interface Kept {
  readonly value: string;
  readonly until: number;
}

const mostTokens = 5_000;
/** Before its end a token is not used for a request that begins. */
const marginMs = 5_000;

/**
 * Tokens by what they were given for: registry, trust, realm, service, scope, and the credential that asked. Nobody gets a token that
 * another's credential has paid for.
 */
export class Tokens {
  readonly #send: Send;
  readonly #clock: Clock;
  /** Ends with the client: a token that several wait for is nobody's alone. */
  readonly #lifetime: AbortSignal;
  readonly #kept = new BoundedMap<Kept>(mostTokens);
  readonly #asked = new Map<string, Promise<string | undefined>>();

  constructor(send: Send, clock: Clock, lifetime: AbortSignal) {
    this.#send = send;
    this.#clock = clock;
    this.#lifetime = lifetime;
  }

  /** Undefined when the token server does not accept the credential. Throws a Failure, or the signal's reason. */
  get(question: TokenQuestion, signal: AbortSignal | undefined): Promise<string | undefined> {
    const key = keyOf(question);
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.until > this.#clock.now()) return Promise.resolve(kept.value);
    const asked = this.#asked.get(key) ?? this.#ask(key, question);
    return abortable(asked, signal);
  }

  /** A token that the registry did not accept is not used again. */
  drop(question: TokenQuestion, value: string): void {
    const key = keyOf(question);
    if (this.#kept.get(key)?.value === value) this.#kept.delete(key);
  }

  #ask(key: string, question: TokenQuestion): Promise<string | undefined> {
    const asked = this.#fetch(key, question).finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  async #fetch(key: string, question: TokenQuestion): Promise<string | undefined> {
    const answer = await this.#send(tokenRequest(question, this.#lifetime));
    const now = this.#clock.now();
    const token = tokenIn(answer, now);
    if (token === undefined) return undefined;
    this.#kept.set(key, { value: token.value, until: now + token.lifeMs - marginMs });
    return token.value;
  }
}

function keyOf({ origin, insecure, challenge, scope, who }: TokenQuestion): string {
  const { realm, service } = challenge;
  return JSON.stringify([origin, insecure, realm, service, challenge.scope || scope, who]);
}
