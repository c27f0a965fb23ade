/** What of the program's settings decides about imports. Times in ms. */
export interface ImportSettings {
  /** Between two scheduled imports of a tag that says nothing itself. */
  readonly intervalMs: number;
  /** What an interval of a tag's own is raised to. */
  readonly minimumIntervalMs: number;
  /** False: no tag is imported on a schedule. */
  readonly scheduledImports: boolean;
  /** For tags that say no mode. */
  readonly defaultMode: ImportMode;
}

/** Of an index: `PreserveOriginal` records the index itself, `Legacy` the manifest for one platform. */
export type ImportMode = 'PreserveOriginal' | 'Legacy';

/** Which manifest of an index to take (and to see that there is one); empty is the default. */
export interface ImportPlatform {
  readonly architecture: string;
  readonly os: string;
}

/**
 * Why a tag is imported: its generation is pending, its last import failed for a cause that may have passed, or its schedule
 * says so.
 */
export type ImportCause = 'Requested' | 'Retry' | 'Scheduled';

/** One tag to import. Its result counts only while the tag still asks for exactly this. */
export interface TagImport {
  readonly tag: string;
  /** Pull spec as written. */
  readonly from: string;
  /** Generation of the tag in the spec; 0 when it has none yet. */
  readonly generation: number;
  readonly insecure: boolean;
  readonly mode: ImportMode;
  readonly platform: ImportPlatform;
  readonly cause: ImportCause;
}

/** A whole repository to import (`spec.dockerImageRepository`), without tag or digest. */
export interface RepositoryImport {
  readonly repository: string;
  readonly insecure: boolean;
  readonly mode: ImportMode;
}

/** What is to be imported now. */
export interface ImportsDue {
  readonly due: readonly TagImport[];
  readonly repository: RepositoryImport | undefined;
  /** When to look again, in ms since the epoch; undefined when only a change of the stream can make anything due. */
  readonly nextAt: number | undefined;
}
