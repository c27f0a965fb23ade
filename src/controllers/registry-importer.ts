import type { Clock, JsonObject } from '../cluster/index.ts';
import type { ImportPlatform, RepositoryImport, TagImport } from '../imagestream/index.ts';
import {
  type FoundImage,
  type ImageQuery,
  type PullCredentials,
  pullCredentials,
  type RegistryClient,
} from '../registry/index.ts';
import type { Importer } from './import-runner.ts';
import type { PullSecrets } from './pull-secrets.ts';
import { secretsNotRead } from './secrets-not-read.ts';
import { SharedFinds } from './shared-finds.ts';
import type { StreamName } from './stream-name.ts';

/** Credentials of the installation, and whose streams may use them. */
export interface OwnCredentials {
  /** Docker config JSON, decoded. */
  readonly config: JsonObject;
  readonly mayUse: (namespace: string) => boolean;
}

export interface RegistryImporterOptions {
  readonly registry: RegistryClient;
  readonly secrets: PullSecrets;
  readonly ownCredentials: OwnCredentials | undefined;
  /** How long an answer serves scheduled imports of other streams, in milliseconds; much less than their interval. */
  readonly keepMs: number;
  /** Tags looked at in a whole repository. */
  readonly mostTags: number;
  readonly clock: Clock;
  /** Told of a Secret that cannot be read, by its name alone. */
  readonly onProblem: (namespace: string, problem: string) => void;
}

/**
 * Imports from registries with the pull secrets of the stream's namespace. Who asks the same as somebody else with the same
 * credentials shares the answer; with other credentials, another trust or another platform it is another question.
 */
export class RegistryImporter implements Importer {
  readonly #options: RegistryImporterOptions;
  readonly #finds: SharedFinds;

  constructor(options: RegistryImporterOptions) {
    this.#options = options;
    this.#finds = new SharedFinds(options.clock, options.keepMs);
  }

  find(
    { namespace }: StreamName,
    request: TagImport,
    known: string,
    signal: AbortSignal,
  ): Promise<FoundImage> {
    const { registry } = this.#options;
    const { from: pullSpec, insecure, mode, platform, cause } = request;
    const query: ImageQuery = { pullSpec, insecure, mode, platform, known };
    return this.#withCredentials(namespace, insecure, (credentials) => {
      const key = questionOf(query, registry.identity(query, credentials));
      return this.#finds.find(key, cause === 'Requested', () => registry.find(query, credentials, signal));
    });
  }

  tags(
    { namespace }: StreamName,
    { repository, insecure }: RepositoryImport,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { registry, mostTags: most } = this.#options;
    return this.#withCredentials(namespace, insecure, (credentials) =>
      registry.tags(repository, { insecure, most }, credentials, signal),
    );
  }

  #withCredentials<T>(
    namespace: string,
    insecure: boolean,
    use: (credentials: PullCredentials) => Promise<T>,
  ): Promise<T> {
    const { secrets, ownCredentials, onProblem } = this.#options;
    // what a tag's author declares not worth protecting is not trusted with what belongs to the installation
    const mayUse = !insecure && ownCredentials?.mayUse(namespace) === true;
    const own = mayUse ? [ownCredentials.config] : [];
    const used = secrets.during(namespace, (found) => {
      const { credentials, problems } = pullCredentials(found, own);
      for (const problem of problems) onProblem(namespace, problem);
      return use(credentials);
    });
    return secrets.reads(namespace) ? used : used.catch((error: unknown) => secretsNotRead(error, namespace));
  }
}

/** Everything that the answer may depend on, who asks included. */
function questionOf({ pullSpec, insecure, mode, platform, known }: ImageQuery, identity: string): string {
  return JSON.stringify([pullSpec, insecure, mode, ...platformParts(platform), known, identity]);
}

function platformParts({ architecture, os }: ImportPlatform): readonly string[] {
  return [architecture, os];
}
