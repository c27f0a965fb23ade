import { type ApiClient, resourcePath } from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';

export interface ServerTimeOptions {
  readonly client: Pick<ApiClient, 'create'>;
  readonly logger: Logger;
  /** The wall clock of this process; injected. */
  readonly now: () => number;
}

const path = resourcePath({ group: 'authentication.k8s.io', version: 'v1', resource: 'selfsubjectreviews' });

/** Times in objects are whole seconds, and a request takes its time. */
const toleranceMs = 2_000;

/** From here on somebody should know. */
const worthTellingMs = 60_000;

/**
 * The API server's clock: it is the one by which certificates are verified, so the clock of this process may go wrong as it likes. It is
 * told by the time of creation of a review that is not stored and that everybody who is logged in may make.
 */
export class ServerTime {
  readonly #options: ServerTimeOptions;
  #told = false;
  /** Of the API server's clock to this process's, as last seen. */
  #offsetMs = 0;

  constructor(options: ServerTimeOptions) {
    this.#options = options;
  }

  /** In milliseconds since the epoch. When the API server does not tell, by how far its clock was off when it last did. */
  async now(): Promise<number> {
    const { now } = this.#options;
    const server = await this.#ask();
    if (server !== undefined) {
      const difference = server - now();
      this.#offsetMs = Math.abs(difference) <= toleranceMs ? 0 : difference;
      this.#tell(-this.#offsetMs);
    }
    return now() + this.#offsetMs;
  }

  async #ask(): Promise<number | undefined> {
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
    try {
      const answer = await this.#options.client.create(path, review, { idempotent: true });
      const { creationTimestamp } = ((answer as { metadata?: unknown }).metadata ?? {}) as {
        creationTimestamp?: unknown;
      };
      const time = Date.parse(String(creationTimestamp));
      return Number.isNaN(time) ? undefined : time;
    } catch {
      // not allowed, or an API server that is too old
      return undefined;
    }
  }

  #tell(differenceMs: number): void {
    const far = Math.abs(differenceMs) > worthTellingMs;
    if (far && !this.#told) {
      const seconds = Math.round(Math.abs(differenceMs) / 1000);
      const direction = differenceMs > 0 ? 'ahead of' : 'behind';
      this.#options.logger.warn(
        `The clock of this process is ${seconds} s ${direction} the API server's; certificates are issued by the API server's.`,
      );
    }
    this.#told = far;
  }
}
