import type { PullCredentials } from './credential.ts';
import { RegistryError } from './error.ts';
import type { FoundImage, ImageQuery, TagsQuery } from './query.ts';
import type { RegistrySettings } from './settings.ts';

/**
 * Asks registries what tags point to. Every failure is a RegistryError, but for the caller's own: when `signal` aborts, calls
 * reject with its reason.
 */
export class RegistryClient {
  readonly #settings: RegistrySettings;

  constructor(settings: RegistrySettings) {
    this.#settings = settings;
  }

  /** What a pull spec points to now. */
  find(_query: ImageQuery, _credentials: PullCredentials, _signal?: AbortSignal): Promise<FoundImage> {
    return Promise.reject(new RegistryError('Unreachable', `${this.#settings.userAgent} asks nobody yet.`));
  }

  /**
   * Whose access a question would use: equal strings have equal credentials at the source and at each of its mirrors. With equal
   * pull specs, `insecure`, mode and platform they may share an answer. Empty when there are no credentials, and for what is no pull spec.
   */
  identity(_query: ImageQuery, credentials: PullCredentials): string {
    return credentials.identity('', '');
  }

  /** The tags of a repository, in the registry's order. */
  tags(
    _repository: string,
    _query: TagsQuery,
    _credentials: PullCredentials,
    _signal?: AbortSignal,
  ): Promise<readonly string[]> {
    return Promise.reject(new RegistryError('Unreachable', `${this.#settings.userAgent} asks nobody yet.`));
  }

  /** Until when requests to that host fail at once because it asked to wait; milliseconds since the epoch. */
  blockedUntil(_host: string): number | undefined {
    return undefined;
  }

  /** Closes all connections; questions under way fail. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
