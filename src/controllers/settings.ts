import type { ImportSettings } from '../imagestream/index.ts';

/** What an administrator can set of the stream controller. */
export interface ControllerSettings {
  readonly settings: ImportSettings;
  /** `host[:port]` of the cluster's own registry, empty for none; and the same as reached from outside. */
  readonly integratedRegistry: string;
  readonly publicRegistry: string;
  /** History entries kept of a tag. */
  readonly mostEntries: number;
  /** Bytes of a stream above which old history goes; etcd takes 1.5 MB, managed fields included. */
  readonly mostBytes: number;
  /** Tags taken from a whole repository. */
  readonly mostRepositoryTags: number;
  /** Streams looked at, and tags imported, at the same time. */
  readonly parallelStreams: number;
  readonly parallelImports: number;
}

export const defaultControllerSettings: ControllerSettings = {
  settings: {
    intervalMs: 15 * 60_000,
    minimumIntervalMs: 60_000,
    scheduledImports: true,
    defaultMode: 'PreserveOriginal',
  },
  integratedRegistry: '',
  publicRegistry: '',
  mostEntries: 100,
  mostBytes: 700_000,
  mostRepositoryTags: 50,
  parallelStreams: 16,
  parallelImports: 64,
};
