import { type Authorization, authorizationFor, nobody } from './authorization.ts';
import { BoundedMap } from './bounded-map.ts';
import { type Challenge, challengeOf } from './challenge.ts';
import type { Credential } from './credential.ts';
import { credentialKey } from './credential-key.ts';
import type { Answer } from './exchange.ts';
import type { Party } from './failure.ts';
import type { Send } from './polite-exchange.ts';
import type { RegistryRequest } from './registry-request.ts';
import type { Tokens } from './tokens.ts';

/** How a repository was got into the last time. */
interface Way {
  readonly challenge: Challenge;
  /** Which of the credentials it was, whom nobody keeps here; beyond the last one it was nobody. */
  readonly index: number;
}

const mostWays = 5_000;

/** Sends requests to registries with whatever of the credentials they accept. */
export class AuthorizedSend {
  readonly #send: Send;
  readonly #tokens: Tokens;
  readonly #ways = new BoundedMap<Way>(mostWays);

  constructor(send: Send, tokens: Tokens) {
    this.#send = send;
    this.#tokens = tokens;
  }

  /**
   * The answer to the first credential that is let in, else the one that says most of why not: 403 before 401. The way that was found
   * is gone first the next time, without asking for the challenge again. Throws a Failure.
   */
  async send(request: RegistryRequest, party: Party = 'Registry'): Promise<Answer> {
    const known = await this.#asBefore(request, party);
    if (known !== undefined) return known;
    const first = await this.#ask(request, party, nobody);
    if (first.status !== 401) return first;
    if (first.url.origin !== request.url.origin) {
      // credentials are for the registry alone; where it redirects to we are nobody
      const there = { ...request, url: first.url, credentials: [] };
      return party === 'Registry' ? await this.send(there, 'Redirect') : first;
    }
    const challenge = challengeOf(first.header('www-authenticate')) ?? (await this.#ping(request, party));
    return challenge === undefined ? first : await this.#inTurn(request, party, challenge, first);
  }

  async #asBefore(request: RegistryRequest, party: Party): Promise<Answer | undefined> {
    const key = keyOf(request);
    const way = this.#ways.get(key);
    if (way === undefined) return undefined;
    const answer = await this.#try(request, party, way.challenge, request.credentials[way.index]);
    if (answer !== undefined && !isRefusal(answer)) return answer;
    this.#ways.delete(key);
    return undefined;
  }

  async #inTurn(
    request: RegistryRequest,
    party: Party,
    challenge: Challenge,
    first: Answer,
  ): Promise<Answer> {
    let refusal = first;
    for (const [index, credential] of [...request.credentials, undefined].entries()) {
      const answer = await this.#try(request, party, challenge, credential);
      if (answer === undefined) continue;
      if (!isRefusal(answer)) {
        this.#ways.set(keyOf(request), { challenge, index });
        return answer;
      }
      if (answer.status === 403) refusal = answer;
    }
    return refusal;
  }

  /** Undefined when there is nothing to say to the challenge. */
  async #try(
    request: RegistryRequest,
    party: Party,
    challenge: Challenge,
    credential: Credential | undefined,
  ): Promise<Answer | undefined> {
    const authorization = await authorizationFor(challenge, credential, request, this.#tokens);
    if (authorization === undefined) return undefined;
    const answer = await this.#ask(request, party, authorization);
    if (isRefusal(answer)) authorization.refused();
    return answer;
  }

  #ask(request: RegistryRequest, party: Party, { header, who }: Authorization): Promise<Answer> {
    const { method, url, accept, insecure, pull = false, mostBytes, signal } = request;
    const common = { method, url, insecure, pull, mostBytes, signal, who, party } as const;
    return this.#send({ ...common, headers: { accept }, authorization: header });
  }

  /** A 401 without a challenge: the base of the API must have one. */
  async #ping(request: RegistryRequest, party: Party): Promise<Challenge | undefined> {
    const url = new URL('/v2/', request.url);
    const answer = await this.#ask({ ...request, method: 'GET', url, pull: false }, party, nobody);
    return answer.status === 401 && answer.url.origin === url.origin
      ? challengeOf(answer.header('www-authenticate'))
      : undefined;
  }
}

function isRefusal({ status }: Answer): boolean {
  return status === 401 || status === 403;
}

function keyOf({ url, insecure, repository, credentials }: RegistryRequest): string {
  return JSON.stringify([url.origin, insecure, repository, credentialKey(credentials)]);
}
