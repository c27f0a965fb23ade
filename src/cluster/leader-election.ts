import type { Logger } from '../telemetry/index.ts';
import type { ApiClient } from './client.ts';
import type { Clock } from './clock.ts';

/** Which Lease, and how long a leader may go on without renewing it. Times in milliseconds. */
export interface LeaderElectionOptions {
  readonly client: Pick<ApiClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  /** Of this process and of no other. */
  readonly identity: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  /** For so long others leave an unchanged Lease to its holder; 15 s unless given. */
  readonly leaseDurationMs?: number;
  /** After so long without a renewal the leader stops leading; 10 s unless given. */
  readonly renewDeadlineMs?: number;
  /** Between attempts to get or renew the Lease; 2 s unless given. */
  readonly retryPeriodMs?: number;
  /** Told when this process begins or ceases to lead. */
  readonly onChange?: (leading: boolean) => void;
}

/** Lets one of several processes lead at a time, by a Lease of `coordination.k8s.io/v1`. */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  #leading = false;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Leads whenever it may, until `signal` aborts. */
  async run(lead: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    this.#leading = !signal.aborted;
    this.#options.onChange?.(this.#leading);
    await lead(signal);
    this.#leading = false;
  }
}
