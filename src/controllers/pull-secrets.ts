import { type ApiClient, type JsonObject, resourcePath } from '../cluster/index.ts';

/** The types of Secret that hold registry credentials (image-streams.md §5.5). */
const types = ['kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg'] as const;

/** Most Secrets of a namespace that are looked at, of each type. */
const mostSecrets = 500;

interface Loan {
  readonly secrets: Promise<readonly JsonObject[]>;
  users: number;
}

/**
 * A namespace's pull secrets, listed when an import begins and let go when the last one that uses them has ended: they are
 * neither watched nor kept.
 */
export class PullSecrets {
  readonly #client: ApiClient;
  readonly #loans = new Map<string, Loan>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** Namespaces whose secrets are in memory at this moment. */
  get namespaces(): number {
    return this.#loans.size;
  }

  /** Hands the secrets to `use` for as long as it takes. Rejects with an ApiError when they cannot be listed. */
  async during<T>(namespace: string, use: (secrets: readonly JsonObject[]) => Promise<T>): Promise<T> {
    const loan = this.#loans.get(namespace) ?? { secrets: this.#list(namespace), users: 0 };
    this.#loans.set(namespace, loan);
    loan.users += 1;
    try {
      return await use(await loan.secrets);
    } catch (error) {
      // who comes next lists anew
      if (this.#loans.get(namespace) === loan) this.#loans.delete(namespace);
      throw error;
    } finally {
      loan.users -= 1;
      if (loan.users === 0 && this.#loans.get(namespace) === loan) this.#loans.delete(namespace);
    }
  }

  async #list(namespace: string): Promise<readonly JsonObject[]> {
    const path = resourcePath({ version: 'v1', resource: 'secrets', namespace });
    const lists = await Promise.all(
      types.map((type) =>
        this.#client.get(path, { query: { fieldSelector: `type=${type}`, limit: String(mostSecrets) } }),
      ),
    );
    return lists.flatMap((list) => ((list as JsonObject)['items'] ?? []) as readonly JsonObject[]);
  }
}
