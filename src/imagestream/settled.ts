import type { ImportFailureReason } from './import-failure.ts';
import type { ImportSettings, RepositoryImport, TagImport } from './import-request.ts';
import type { ImageStream } from './types.ts';

/** What a registry said: an image, or why there is none. */
export type ImportOutcome =
  | {
      readonly kind: 'Image';
      /** Digest. */
      readonly image: string;
      /** Repository as written, with `@digest`. */
      readonly reference: string;
    }
  | { readonly kind: 'Failed'; readonly reason: ImportFailureReason; readonly message: string };

export interface ImportResult {
  readonly request: TagImport;
  readonly outcome: ImportOutcome;
}

/** The tags of a whole repository, all of them and in any order, or why they are not known. */
export type RepositoryOutcome =
  | { readonly kind: 'Tags'; readonly tags: readonly string[] }
  | { readonly kind: 'Failed'; readonly reason: ImportFailureReason; readonly message: string };

export interface RepositoryResult {
  readonly request: RepositoryImport;
  readonly outcome: RepositoryOutcome;
}

/** The other streams, as they are known now. */
export interface Sources {
  stream(namespace: string, name: string): ImageStream | undefined;
  /**
   * May the workloads of the settled stream's own namespace pull from that stream? Undefined when it could not be asked:
   * then nothing is decided.
   */
  mayPull(namespace: string, stream: string): boolean | undefined;
}

export interface SettleOptions {
  /** Ms since the epoch. */
  readonly now: number;
  /** The same in RFC 3339, whole seconds, UTC. */
  readonly time: string;
  readonly results: readonly ImportResult[];
  readonly repository?: RepositoryResult;
  readonly sources: Sources;
  /** `host[:port]` of the cluster's own registry; empty when there is none. */
  readonly integratedRegistry: string;
  /** `host[:port]` of the same, as reached from outside; empty when there is none. */
  readonly publicRegistry: string;
  readonly settings: ImportSettings;
  /** History entries kept of a tag. */
  readonly mostEntries: number;
  /** Bytes of the stored JSON above which old history goes. */
  readonly mostBytes: number;
  /** Tags taken from a whole repository; 50 when absent. */
  readonly mostRepositoryTags?: number;
}

/** A tag that points to another image, or, with `from` empty, to its first. */
export interface TagMove {
  readonly tag: string;
  /** Digest before; empty when there was no history. */
  readonly from: string;
  /** Digest now; empty for a tag that only records a reference. */
  readonly to: string;
  /** Recorded pull spec. */
  readonly reference: string;
}

/** A failure that was not in the status yet, or not with this reason, message or generation. */
export interface TagFailure {
  readonly tag: string;
  readonly reason: ImportFailureReason;
  readonly message: string;
  readonly generation: number;
}

/** An image that waits for the tag's `imagestreams.io/min-age`. */
export interface HeldImage {
  readonly tag: string;
  /** Digest. */
  readonly image: string;
  /** RFC 3339. */
  readonly seen: string;
  /** Ms since the epoch; the first import from then on moves the tag, if the image is still the newest. */
  readonly movesAt: number;
}

/** What a stream becomes, and what of that is news. */
export interface Settled {
  /** Identical to the stream handed in when there is nothing to write. */
  readonly stream: ImageStream;
  readonly moved: readonly TagMove[];
  readonly failed: readonly TagFailure[];
  /** Tags whose failure is over. */
  readonly recovered: readonly string[];
  /** New ones only. */
  readonly held: readonly HeldImage[];
  /** Tags added to the spec from the whole repository. */
  readonly declared: readonly string[];
  /** Why the whole repository was not imported, when that is news. */
  readonly repositoryFailure?: { readonly reason: ImportFailureReason; readonly message: string };
}
