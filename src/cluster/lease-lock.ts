import type { ApiClient } from './client.ts';
import type { Clock } from './clock.ts';
import { ApiError, isApiError } from './error.ts';
import type { JsonObject } from './json.ts';
import {
  heldLease,
  type LeaseLocation,
  type LeaseTerms,
  leaseRecord,
  newLease,
  releasedLease,
} from './lease.ts';
import { kubernetesObject } from './object.ts';
import { resourcePath } from './path.ts';

/** Which Lease, for whom, and by which requests. */
export interface LeaseLockOptions extends LeaseLocation, LeaseTerms {
  readonly client: Pick<ApiClient, 'get' | 'create' | 'replace'>;
  readonly clock: Clock;
  /** For one request. */
  readonly timeoutMs: number;
}

/** How an attempt to hold the Lease ended. */
export type HoldOutcome =
  /** The Lease is ours; `since` is a time before the server wrote it, so before anybody saw it. */
  { readonly kind: 'Held'; readonly since: number } | { readonly kind: 'Taken'; readonly holder: string };

/** Each round reads what the last one did not know. */
const mostRounds = 3;

/**
 * One Lease, as one candidate sees it. Somebody else's Lease has expired once it stayed unchanged for its whole
 * duration since it was first seen so: the times in it come from other clocks and are never compared with ours.
 */
export class LeaseLock {
  readonly #options: LeaseLockOptions;
  readonly #collection: string;
  readonly #path: string;
  /** As last read or written; undefined when unknown or absent. */
  #lease: JsonObject | undefined;
  #seen = '';
  #seenAt = 0;
  #seenHolder: string | undefined;
  #seenDurationMs = 0;
  /** A write was sent and nobody knows what became of it. */
  #unsure = false;

  constructor(options: LeaseLockOptions) {
    this.#options = options;
    const { namespace, name } = options;
    const resource = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases', namespace };
    this.#collection = resourcePath(resource);
    this.#path = resourcePath({ ...resource, name });
  }

  /** Takes the Lease when it is free or expired, renews it when it is ours. Rejects with an ApiError. */
  async hold(signal: AbortSignal): Promise<HoldOutcome> {
    return await this.#rounds(async () => {
      const lease = this.#mine ?? (await this.#read(signal));
      const holder = this.#otherHolder();
      return holder === undefined ? await this.#take(lease, signal) : { kind: 'Taken', holder };
    });
  }

  /** Gives the Lease back if it is ours. Rejects with an ApiError. */
  async release(signal: AbortSignal): Promise<void> {
    if (this.#mine === undefined && !this.#unsure) return;
    await this.#rounds(async () => {
      if (this.#mine === undefined) await this.#read(signal);
      if (this.#mine !== undefined) {
        await this.#write((now) => releasedLease(this.#mine ?? {}, now), signal);
      }
      this.#unsure = false;
    });
  }

  get #mine(): JsonObject | undefined {
    const lease = this.#lease;
    return lease !== undefined && leaseRecord(lease).holder === this.#options.identity ? lease : undefined;
  }

  /** Again, from what the server holds now, when somebody else was quicker or a lost answer made us think so. */
  async #rounds<T>(round: () => Promise<T>): Promise<T> {
    for (let rounds = 1; ; rounds += 1) {
      try {
        return await round();
      } catch (error) {
        if (rounds === mostRounds || !isRace(error)) throw error;
        this.#lease = undefined;
      }
    }
  }

  async #read(signal: AbortSignal): Promise<JsonObject | undefined> {
    const { client, timeoutMs } = this.#options;
    try {
      this.#observe(await client.get(this.#path, { signal, timeoutMs }), 'GET');
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error;
      this.#lease = undefined;
    }
    return this.#lease;
  }

  async #take(lease: JsonObject | undefined, signal: AbortSignal): Promise<HoldOutcome> {
    const build = (now: number) =>
      lease === undefined
        ? newLease(this.#options, this.#options, now)
        : heldLease(lease, this.#options, now);
    return { kind: 'Held', since: await this.#write(build, signal) };
  }

  /** Returns the time before it was sent. */
  async #write(build: (now: number) => JsonObject, signal: AbortSignal): Promise<number> {
    const { client, clock, timeoutMs } = this.#options;
    const now = clock.now();
    const body = build(now);
    const options = { signal, timeoutMs };
    this.#unsure = true;
    if (this.#lease === undefined) {
      this.#observe(await client.create(this.#collection, body, options), 'POST');
    } else {
      this.#observe(await client.replace(this.#path, body, options), 'PUT');
    }
    this.#unsure = false;
    return now;
  }

  #observe(answer: unknown, method: string): void {
    const lease = kubernetesObject(answer);
    // Without a version the next write would not notice a quicker one.
    if (lease?.resourceVersion === undefined) {
      throw new ApiError('BadResponse', `The answer to ${method} ${this.#path} is not a Lease.`);
    }
    this.#lease = lease.body;
    const spec = JSON.stringify(lease.body['spec']);
    if (spec === this.#seen) return;
    const { holder, durationMs = this.#options.durationMs } = leaseRecord(lease.body);
    this.#seen = spec;
    this.#seenAt = this.#options.clock.now();
    this.#seenHolder = holder;
    this.#seenDurationMs = durationMs;
  }

  /** Whoever else may still rely on the Lease, be it that somebody deleted it meanwhile. */
  #otherHolder(): string | undefined {
    if (this.#seenHolder === this.#options.identity) return undefined;
    const expired = this.#options.clock.now() >= this.#seenAt + this.#seenDurationMs;
    return expired ? undefined : this.#seenHolder;
  }
}

function isRace(error: unknown): boolean {
  return ['Conflict', 'AlreadyExists', 'NotFound'].some((code) => isApiError(error, code as 'Conflict'));
}
