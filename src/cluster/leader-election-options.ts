import type { Logger } from '../telemetry/index.ts';
import type { ApiClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import { safeHook } from './hook.ts';

/** Which Lease, and how long a leader may go on without renewing it. Times in milliseconds. */
export interface LeaderElectionOptions {
  readonly client: Pick<ApiClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  /** Of this process and of no other that lives: whoever has it counts as the holder. */
  readonly identity: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  /** For so long others leave an unchanged Lease to its holder, rounded up to seconds; 15 s unless given. */
  readonly leaseDurationMs?: number;
  /** After so long without a renewal the leader stops leading; 10 s unless given. */
  readonly renewDeadlineMs?: number;
  /** Between attempts to take or renew the Lease, give or take a fifth; 2 s unless given. */
  readonly retryPeriodMs?: number;
  /** Told when this process begins to lead, and when it ceases to: then the work may still be ending. */
  readonly onChange?: (leading: boolean) => void;
}

/** Options with every default filled in. */
export type LeaderElectionSettings = Required<LeaderElectionOptions> & {
  /** For one request: several fit into the renew deadline, so that one that hangs costs no leadership. */
  readonly requestTimeoutMs: number;
};

/** By how much a wait may be shorter or longer, so that candidates do not ask all at once. */
export const retryJitter = 0.2;

/** @throws RangeError for times that could let two lead at once, or leave no time to renew */
export function leaderElectionSettings(options: LeaderElectionOptions): LeaderElectionSettings {
  const settings = {
    clock: systemClock,
    random: Math.random,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 10_000,
    retryPeriodMs: 2_000,
    ...options,
    onChange: safeHook(options.onChange, options.logger),
  };
  const { leaseDurationMs, renewDeadlineMs, retryPeriodMs, identity } = settings;
  if (identity === '')
    throw new RangeError('A candidate needs an identity: an empty one means that nobody leads.');
  if (leaseDurationMs <= renewDeadlineMs) {
    throw new RangeError(
      `The renew deadline (${renewDeadlineMs} ms) must be shorter than the lease (${leaseDurationMs} ms), or two may lead.`,
    );
  }
  if (retryPeriodMs <= 0 || renewDeadlineMs <= retryPeriodMs * (1 + retryJitter)) {
    throw new RangeError(
      `The retry period (${retryPeriodMs} ms) must be more than 0 and, with a fifth added, shorter than the renew deadline (${renewDeadlineMs} ms).`,
    );
  }
  return { ...settings, requestTimeoutMs: renewDeadlineMs / 3 };
}
