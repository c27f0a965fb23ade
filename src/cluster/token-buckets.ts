import type { Clock } from './clock.ts';

/** How much each key may take. */
export interface BucketLimits {
  /** Tokens of a key that took none for a while. */
  readonly burst: number;
  /** After so many milliseconds a token comes back. */
  readonly refillMs: number;
  /** Most keys remembered; the one unused for longest makes room, and starts anew with a full bucket. */
  readonly maxKeys: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket for each key. */
export class TokenBuckets {
  readonly #limits: BucketLimits;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limits: BucketLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Keys remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** False when the key has no token left. */
  take(key: string): boolean {
    const { burst, refillMs, maxKeys } = this.#limits;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refillMs);
    bucket.at = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= maxKeys) break;
      this.#buckets.delete(oldest);
    }
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
