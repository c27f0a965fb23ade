import type { Answer } from './exchange.ts';
import { Failure } from './failure.ts';
import { retryAfterMs } from './retry-after.ts';

/** What an answer means that is not the one asked for. */
export function answerFailure(answer: Answer, now: number): Failure {
  const { status } = answer;
  switch (status) {
    case 401:
      return new Failure('Unauthorized');
    case 403:
      return new Failure('Forbidden');
    case 404:
      return new Failure('NotFound');
    case 429:
      return new Failure('TooManyRequests', {
        retryAfterMs: retryAfterMs(answer.header('retry-after'), now),
      });
    default:
      return status >= 500
        ? new Failure('ServerError', {
            detail: `HTTP ${status}`,
            retryAfterMs: retryAfterMs(answer.header('retry-after'), now),
          })
        : new Failure('InvalidResponse', { detail: `HTTP ${status}` });
  }
}
