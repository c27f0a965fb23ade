import { createHash } from 'node:crypto';
import type { AccessSubject } from './access.ts';
import type { ApiClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import { ApiError } from './error.ts';
import { asObject, asText } from './json.ts';
import { Lookup } from './lookup.ts';
import { resourcePath } from './path.ts';
import { TokenBuckets } from './token-buckets.ts';

/** How token reviews behave. */
export interface TokenReviewsOptions {
  readonly client: ApiClient;
  /** Tokens for one of these only; those that the API server itself takes when empty. */
  readonly audiences: readonly string[];
  readonly clock?: Clock;
}

/** A token that is withdrawn is taken for so long; in milliseconds. */
const keepMs = 10_000;
const maxEntries = 1_000;
/** Nobody's tokens cost the API server more than 20 reviews a second. */
const limits = { burst: 40, refillMs: 50, maxKeys: 1 } as const;

const path = resourcePath({ group: 'authentication.k8s.io', version: 'v1', resource: 'tokenreviews' });

/** Asks the API server whose a bearer token is, and remembers the answers for some seconds; of the tokens only hashes. */
export class TokenReviews {
  readonly #options: TokenReviewsOptions;
  readonly #buckets: TokenBuckets;
  readonly #answers: Lookup<string, AccessSubject | undefined>;

  constructor(options: TokenReviewsOptions) {
    const { clock = systemClock } = options;
    this.#options = options;
    this.#buckets = new TokenBuckets(limits, clock);
    this.#answers = new Lookup({
      load: (token) => this.#ask(token),
      keepMs: () => keepMs,
      identity: (token) => createHash('sha256').update(token).digest('base64'),
      maxEntries,
      clock,
    });
  }

  /**
   * Whose the token is; undefined for one that is no good.
   * @throws ApiError when the question could not be answered; `TooManyRequests` when there were too many new tokens
   */
  subjectOf(token: string): Promise<AccessSubject | undefined> {
    return this.#answers.lookup(token);
  }

  async #ask(token: string): Promise<AccessSubject | undefined> {
    if (!this.#buckets.take('')) {
      throw new ApiError('TooManyRequests', 'There are too many new tokens to ask about.');
    }
    const { client, audiences } = this.#options;
    const spec = { token, ...(audiences.length === 0 ? {} : { audiences }) };
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec };
    const answer = asObject(await client.create(path, review, { idempotent: true }));
    const status = asObject(answer['status']);
    if (status['authenticated'] !== true) return undefined;
    // an authenticator that knows nothing of audiences says nothing of them, and its word then does not count
    const accepted = textsIn(status['audiences']);
    if (audiences.length > 0 && !audiences.some((each) => accepted.includes(each))) return undefined;
    return subjectIn(asObject(status['user']));
  }
}

function subjectIn(user: Readonly<Record<string, unknown>>): AccessSubject | undefined {
  const name = asText(user['username']);
  if (name === undefined || name === '') return undefined;
  const uid = asText(user['uid']);
  const extra = Object.entries(asObject(user['extra'])).map(
    ([key, values]) => [key, textsIn(values)] as const,
  );
  return {
    user: name,
    groups: textsIn(user['groups']),
    ...(uid === undefined ? {} : { uid }),
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
