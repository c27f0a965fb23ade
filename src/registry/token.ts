import type { Answer } from './exchange.ts';
import { Failure } from './failure.ts';
import { asObject, asText } from './json.ts';
import { retryAfterMs } from './retry-after.ts';
import { parseUntrusted } from './safe-json.ts';

export interface Token {
  readonly value: string;
  readonly lifeMs: number;
}

const shortestSeconds = 60;
const longestSeconds = 24 * 3_600;
const party = 'TokenServer';

/** The token in a token server's answer; undefined when it does not accept the credential. Throws a Failure. */
export function tokenIn(answer: Answer, now: number): Token | undefined {
  const { status } = answer;
  if (status === 429) {
    const wait = retryAfterMs(answer.header('retry-after'), now);
    throw new Failure('TooManyRequests', { party, retryAfterMs: wait });
  }
  if (status >= 500) throw new Failure('ServerError', { party, detail: `HTTP ${status}` });
  if (status >= 400) return undefined;
  const body = status === 200 ? asObject(parseUntrusted(answer.body)) : {};
  const value = asText(body['token']) ?? asText(body['access_token']);
  // a header cannot carry anything else
  if (value === undefined || !/^[\x21-\x7e]+$/.test(value)) {
    throw new Failure('InvalidResponse', { party, detail: 'no token in it' });
  }
  const seconds = typeof body['expires_in'] === 'number' ? body['expires_in'] : 0;
  return { value, lifeMs: Math.min(longestSeconds, Math.max(shortestSeconds, seconds)) * 1000 };
}
