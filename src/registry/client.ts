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
   * What makes two questions the same: equal strings may share one answer. Credentials count for the source and for each of its
   * mirrors, and so do `insecure`, mode and platform; `known` does not.
   */
  sharingKey(query: ImageQuery, credentials: PullCredentials): string {
    return JSON.stringify([query, credentials.identity('', '')]);
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
