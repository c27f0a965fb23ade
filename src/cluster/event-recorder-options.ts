import type { Logger } from '../telemetry/index.ts';
import { type BackoffLimits, defaultBackoff } from './backoff.ts';
import type { ApiClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Reporter } from './event.ts';
import { safeHook } from './hook.ts';

/**
 * What became of an event.
 * - `Written`: an Event was made or its series brought up to date.
 * - `Throttled`: there were too many different ones about this object.
 * - `Overflow`: too many waited to be written.
 * - `Failed`: the API server refused it, or could not be reached in all attempts.
 */
export type EventOutcome = 'Written' | 'Throttled' | 'Overflow' | 'Failed';

/** Who speaks, to whom, and how much. Times in milliseconds. */
export interface EventRecorderOptions extends Reporter {
  readonly client: Pick<ApiClient, 'create' | 'patch'>;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  /** The same event within so long of its last time counts as a repetition; 6 min unless given. */
  readonly windowMs?: number;
  /** After the first, repetitions are written at most once in so long; 5 min unless given. */
  readonly refreshMs?: number;
  /** Different events about one object that may come at once; 25 unless given. */
  readonly burst?: number;
  /** After so long one more may; 5 min unless given. */
  readonly refillMs?: number;
  /** Objects whose events are counted for that; 4,096 unless given. */
  readonly maxObjects?: number;
  /** Events remembered for their repetitions; 2,048 unless given. */
  readonly maxSeries?: number;
  /** Events that wait to be written; 2,048 unless given. */
  readonly maxQueued?: number;
  /** Attempts to write one, when the cause of failure may pass; 10 unless given, which is about a minute. */
  readonly maxAttempts?: number;
  readonly backoff?: BackoffLimits;
  /** How long `close` may take; 5 s unless given. */
  readonly closeMs?: number;
  readonly onOutcome?: (outcome: EventOutcome) => void;
  /**
   * While it answers true there is more urgent work for the API server, and Events wait: for `maxYieldMs` in a row, and while
   * no more than half of `maxQueued` do. Never unless given.
   */
  readonly busy?: () => boolean;
  /** 30 s unless given. */
  readonly maxYieldMs?: number;
}

/** Options with every default filled in. */
export type EventRecorderSettings = Required<EventRecorderOptions>;

export function eventRecorderSettings(options: EventRecorderOptions): EventRecorderSettings {
  return {
    clock: systemClock,
    random: Math.random,
    windowMs: 360_000,
    refreshMs: 300_000,
    burst: 25,
    refillMs: 300_000,
    maxObjects: 4_096,
    maxSeries: 2_048,
    maxQueued: 2_048,
    maxAttempts: 10,
    backoff: { ...defaultBackoff, capMs: 15_000 },
    closeMs: 5_000,
    busy: () => false,
    maxYieldMs: 30_000,
    ...options,
    onOutcome: safeHook(options.onOutcome, options.logger),
  };
}
