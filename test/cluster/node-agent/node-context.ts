import type { ApiClient } from '../../../src/cluster/index.ts';
import type { Logger } from '../../../src/telemetry/index.ts';
import type { LocalImages } from './images.ts';
import type { Runtime } from './runtime.ts';

/** What all pods of a node have in common. */
export interface NodeContext {
  readonly client: ApiClient;
  readonly runtime: Runtime;
  readonly images: LocalImages;
  readonly logger: Logger;
  readonly hostIP: string;
  readonly allocatable: Readonly<Record<string, string>>;
  /** `KUBERNETES_SERVICE_HOST` and `_PORT`. */
  readonly apiServer: URL;
  readonly realDirectories: readonly string[];
  readonly restartBackoff: { readonly first: number; readonly longest: number };
}
