/**
 * What proves to a registry who asks.
 * - `Password`: sent as Basic, to the registry or to the token server that it names.
 * - `IdentityToken`: exchanged for an access token by OAuth2, as `docker login` leaves it in place of a password.
 * - `AccessToken`: sent as Bearer.
 */
export type Credential =
  | { readonly kind: 'Password'; readonly username: string; readonly password: string }
  | { readonly kind: 'IdentityToken'; readonly token: string }
  | { readonly kind: 'AccessToken'; readonly token: string };

/** The credentials that one import may use. */
export interface PullCredentials {
  /**
   * Whose access it is: equal strings have equal credentials for that repository, in equal order; empty when there are none.
   * It gives nothing away, and may be part of a key.
   *
   * @param host `docker.io`, `quay.io`, `registry.example.com:5000`
   * @param repository path on that host: `library/nginx`
   */
  identity(host: string, repository: string): string;
  /** In the order in which they are tried. */
  for(host: string, repository: string): readonly Credential[];
}

/** Nobody in particular. */
export const anonymous: PullCredentials = { identity: () => '', for: () => [] };
