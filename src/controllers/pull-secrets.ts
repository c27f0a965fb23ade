import {
  type ApiClient,
  type Clock,
  isApiError,
  type JsonObject,
  listPages,
  resourcePath,
} from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** The types of Secret that hold registry credentials, and where (image-streams.md §5.5). */
const types = [
  { type: 'kubernetes.io/dockerconfigjson', key: '.dockerconfigjson' },
  { type: 'kubernetes.io/dockercfg', key: '.dockercfg' },
] as const;

/** Of one namespace: what is more is left out, and said so. */
const mostSecrets = 500;
const mostCharacters = 16 * 1024 * 1024;

/** Who begins later than this reads anew, also while others still use what was read. */
const freshMs = 30_000;

/** What failed is not tried again sooner, however many imports there are. */
const failedMs = 5_000;

interface Loan {
  readonly secrets: Promise<readonly JsonObject[]>;
  readonly since: number;
  users: number;
}

/**
 * A namespace's pull secrets, listed when an import begins and let go when the last one that uses them has ended: they are
 * neither watched nor kept.
 */
export class PullSecrets {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #mayRead: (namespace: string) => boolean;
  readonly #loans = new Map<string, Loan>();

  /** @param mayRead namespaces whose secrets are listed; of others nobody asks for any. All unless given. */
  constructor(
    client: ApiClient,
    clock: Clock,
    logger: Logger,
    mayRead: (namespace: string) => boolean = () => true,
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#logger = logger;
    this.#mayRead = mayRead;
  }

  /** Namespaces whose secrets are in memory at this moment. */
  get namespaces(): number {
    return this.#loans.size;
  }

  /** Are secrets of this namespace looked at? */
  reads(namespace: string): boolean {
    return this.#mayRead(namespace);
  }

  /** Hands the secrets to `use` for as long as it takes. Rejects with an ApiError when they cannot be listed. */
  async during<T>(namespace: string, use: (secrets: readonly JsonObject[]) => Promise<T>): Promise<T> {
    if (!this.reads(namespace)) return await use([]);
    const loan = this.#loan(namespace);
    loan.users += 1;
    try {
      const secrets = await loan.secrets;
      return await use(secrets).catch((error: unknown) => {
        // who comes next may find a secret that helps
        this.#forget(namespace, loan);
        throw error;
      });
    } finally {
      loan.users -= 1;
      if (loan.users === 0) this.#forget(namespace, loan);
    }
  }

  #loan(namespace: string): Loan {
    const now = this.#clock.now();
    const known = this.#loans.get(namespace);
    if (known !== undefined && now - known.since < freshMs) return known;
    const loan: Loan = { secrets: this.#list(namespace), since: now, users: 0 };
    this.#loans.set(namespace, loan);
    loan.secrets.catch((error: unknown) => this.#failed(namespace, loan, error));
    return loan;
  }

  #failed(namespace: string, loan: Loan, error: unknown): void {
    if (!isApiError(error, 'Aborted')) {
      this.#logger.warn(
        { err: error, namespace },
        'pull secrets cannot be listed; imports of the namespace wait',
      );
    }
    loan.users += 1;
    this.#clock.after(failedMs, () => this.#forget(namespace, loan));
  }

  #forget(namespace: string, loan: Loan): void {
    if (this.#loans.get(namespace) === loan) this.#loans.delete(namespace);
  }

  async #list(namespace: string): Promise<readonly JsonObject[]> {
    const path = resourcePath({ version: 'v1', resource: 'secrets', namespace });
    const secrets: JsonObject[] = [];
    let characters = 0;
    for (const { type, key } of types) {
      await listPages(this.#client, {
        path,
        query: { fieldSelector: `type=${type}` },
        pageSize: 50,
        maxBytes: 8 * 1024 * 1024,
        timeoutMs: 10_000,
        signal: new AbortController().signal,
        onItem: (item) => {
          const { metadata, data } = item as { metadata?: JsonObject; data?: JsonObject };
          const config = data?.[key];
          characters += typeof config === 'string' ? config.length : 0;
          if (secrets.length >= mostSecrets || characters > mostCharacters) return;
          const { name, annotations } = metadata ?? {};
          // nothing else of a Secret is looked at, and a page of them is let go at once
          secrets.push({ type, metadata: { name, annotations }, data: { [key]: config } });
        },
      });
    }
    if (characters > mostCharacters || secrets.length >= mostSecrets) {
      this.#logger.warn(
        { namespace, used: secrets.length },
        'the namespace has more pull secrets than are used',
      );
    }
    return secrets;
  }
}
