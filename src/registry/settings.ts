import type { LookupAddress } from 'node:dns';
import type { Clock } from './clock.ts';

/** Which addresses may be connected to. Loopback, link-local and metadata addresses may not unless allowed. */
export interface AddressPolicy {
  /** CIDRs that are refused besides, such as the cluster's own networks. */
  readonly deny: readonly string[];
  /** CIDRs that are allowed whatever else is said. */
  readonly allow: readonly string[];
}

/** A place that has what another has. */
export interface Mirror {
  /** `host[:port][/path]` */
  readonly location: string;
  readonly insecure: boolean;
}

/** Where images of a source are also found (image-streams.md §5.6). */
export interface MirrorRule {
  /** `host[:port]`, `host[:port]/path`, or `*.host`: the longest that fits counts. */
  readonly source: string;
  /** Tried in this order. */
  readonly mirrors: readonly Mirror[];
  /** What the mirrors are asked for. */
  readonly pull: 'Digest' | 'Tag' | 'All';
  /** Is the source itself asked, after its mirrors? */
  readonly contactSource: boolean;
}

/** Requests allowed: so many at once, and then so many a second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
  /** Requests that may wait for their turn. */
  readonly waiting: number;
}

/** In milliseconds. */
export interface RegistryTimeouts {
  readonly connectMs: number;
  /** From the request to the head of its answer. */
  readonly headersMs: number;
  /** Between two pieces of an answer. */
  readonly idleMs: number;
  /** From the request to the end of its answer. */
  readonly totalMs: number;
  /** From the beginning of a large body until its average rate counts. */
  readonly slowMs: number;
  /** All that it takes to find an image, turns and all places that may have it included. */
  readonly findMs: number;
  /** The same for a list of tags, with all its pages. */
  readonly listMs: number;
}

export interface RegistryLimits {
  readonly manifestBytes: number;
  /** One page of a tag list. */
  readonly tagPageBytes: number;
  readonly tagPages: number;
  /** What answers beyond 64 KiB under way may hold together; those of one host hold at most a quarter. */
  readonly bodiesBytes: number;
  /** How fast such an answer must come at least, on average. */
  readonly bytesPerSecond: number;
  /** An index in an index in an index has three. */
  readonly indexDepth: number;
}

/** Finds the addresses of a name; rejects with the codes of `node:dns`. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

export interface RegistrySettings {
  /** Value of the User-Agent header, such as `imagestreams/0.1.0`. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly addresses: AddressPolicy;
  readonly mirrors: readonly MirrorRule[];
  /** Certificates of authorities (PEM) that are trusted besides the system's. */
  readonly extraCa?: string | undefined;
  /** Environment variables: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, and in lower case. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ratePerHost: Rate;
  readonly rateTotal: Rate;
  readonly timeouts: RegistryTimeouts;
  readonly limits: RegistryLimits;
  /** The system's resolver unless given. */
  readonly resolve?: Resolve | undefined;
}

/** All but the clock, the user agent and the environment. */
export const defaultRegistrySettings: Omit<RegistrySettings, 'clock' | 'userAgent' | 'env'> = {
  addresses: { deny: [], allow: [] },
  mirrors: [],
  ratePerHost: { burst: 40, perSecond: 20, waiting: 5_000 },
  rateTotal: { burst: 200, perSecond: 100, waiting: 20_000 },
  timeouts: {
    connectMs: 10_000,
    headersMs: 15_000,
    idleMs: 10_000,
    totalMs: 60_000,
    slowMs: 5_000,
    findMs: 120_000,
    listMs: 300_000,
  },
  limits: {
    manifestBytes: 4 * 1024 * 1024,
    tagPageBytes: 4 * 1024 * 1024,
    tagPages: 500,
    bodiesBytes: 64 * 1024 * 1024,
    bytesPerSecond: 16 * 1024,
    indexDepth: 3,
  },
};
