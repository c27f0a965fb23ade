import type { Logger } from '../telemetry/index.ts';
import { type BackoffLimits, defaultBackoff } from './backoff.ts';
import type { ApiClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import type { KubernetesObject } from './object.ts';

/** What to mirror, and how. Times in milliseconds. */
export interface ReflectorOptions<P> {
  readonly client: ApiClient;
  /** Of the collection, made by `resourcePath`. */
  readonly path: string;
  /** What to keep of an object; `undefined` keeps nothing. It must not hold on to the object itself. */
  readonly project: (object: KubernetesObject) => P | undefined;
  readonly logger: Logger;
  /** `labelSelector`, `fieldSelector`. */
  readonly query?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  /**
   * Objects in a page of a list; 100 unless given. 500 took 45 MiB more for 10,000 objects of 5 kB,
   * and no less time.
   */
  readonly pageSize?: number;
  /** Largest page; 64 MiB unless given. A larger one is asked for again in smaller pages. */
  readonly maxPageBytes?: number;
  /** Largest watch event; 16 MiB unless given. */
  readonly maxEventBytes?: number;
  /** Time for one page; 60 s unless given. */
  readonly listTimeoutMs?: number;
  /**
   * A watch without a byte for so long is cut and resumed; 150 s unless given.
   * Bookmarks come about once a minute, but not from an API server that has seen no change since its start.
   */
  readonly silenceMs?: number;
  readonly backoff?: BackoffLimits;
  /** Watches in a row that open or stay without result before the collection is listed anew; 3 unless given. */
  readonly relistAfter?: number;
}

/** Options with every default filled in. */
export type ReflectorSettings<P> = Required<Omit<ReflectorOptions<P>, 'maxEventBytes'>> & {
  readonly maxEventBytes: number | undefined;
};

export function reflectorSettings<P>(options: ReflectorOptions<P>): ReflectorSettings<P> {
  return {
    query: {},
    clock: systemClock,
    random: Math.random,
    pageSize: 100,
    maxPageBytes: 64 * 1024 * 1024,
    maxEventBytes: undefined,
    listTimeoutMs: 60_000,
    silenceMs: 150_000,
    backoff: defaultBackoff,
    relistAfter: 3,
    ...options,
  };
}
