import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';

const INTERVAL_MS = 50;

export interface WaitSettings<T> {
  /** Thirty seconds if absent. */
  readonly timeoutMs?: number;
  /** When the answer is what was waited for; if absent, when it is anything but undefined and false. */
  readonly until?: (answer: T) => boolean;
  /** Errors of the probe that no waiting will mend; all others count as "not yet". */
  readonly giveUpOn?: (error: unknown) => boolean;
}

/**
 * Asks `probe` again and again until its answer is the right one.
 *
 * @returns that answer
 * @throws Error that says what was waited for, how long, and what the probe answered last
 */
export async function waitFor<T>(
  description: string,
  probe: () => Promise<T> | T,
  { timeoutMs = 30_000, until = isSomething, giveUpOn = () => false }: WaitSettings<T> = {},
): Promise<Exclude<T, undefined | false>> {
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), timeoutMs);
  let last: unknown = 'nothing, the first answer never came';
  try {
    while (!timeUp.signal.aborted) {
      try {
        const answer = await Promise.race([probe(), aborted(timeUp.signal)]);
        if (answer === TIME_UP) break;
        if (until(answer)) return answer as Exclude<T, undefined | false>;
        last = answer;
      } catch (error) {
        if (giveUpOn(error)) throw error;
        last = error;
      }
      await delay(INTERVAL_MS);
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error(`waited ${timeoutMs / 1000} s for ${description}; last seen: ${shown(last)}`);
}

const TIME_UP = Symbol('time up');

function aborted(signal: AbortSignal): Promise<typeof TIME_UP> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(TIME_UP), { once: true });
  });
}

function isSomething(answer: unknown): boolean {
  return answer !== undefined && answer !== false;
}

function shown(value: unknown): string {
  if (value instanceof Error) return value.message;
  return inspect(value, { depth: 8, breakLength: 120 });
}
