import { basicAuthorization } from './basic.ts';
import type { Challenge } from './challenge.ts';
import type { Credential } from './credential.ts';
import type { Outgoing } from './exchange.ts';
import { Failure } from './failure.ts';

/** Who asks for a token, and for what. */
export interface TokenQuestion {
  readonly challenge: Challenge & { readonly scheme: 'Bearer' };
  /** Origin of the registry that named the token server. */
  readonly origin: string;
  readonly insecure: boolean;
  /** Asked for where the registry does not say: `repository:library/nginx:pull`. */
  readonly scope: string;
  /** Undefined for an anonymous token. */
  readonly credential: Exclude<Credential, { readonly kind: 'AccessToken' }> | undefined;
  readonly who: string;
}

const party = 'TokenServer';
const mostBytes = 256 * 1024;
const clientId = 'imagestreams';

/**
 * The request for a token: a GET with the scope, or OAuth2 where the credential is an identity token. Throws a Failure when the realm
 * is not one that may be asked.
 */
export function tokenRequest(question: TokenQuestion, signal: AbortSignal): Outgoing {
  const { credential, insecure, who, challenge } = question;
  const url = realmUrl(challenge.realm, insecure);
  const scope = challenge.scope || question.scope;
  const common = { insecure, who, party, mostBytes, signal } as const;
  if (credential?.kind === 'IdentityToken') {
    const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, scope });
    form.set('service', challenge.service);
    form.set('refresh_token', credential.token);
    const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
    return { ...common, method: 'POST', url, headers, body: form.toString() };
  }
  if (challenge.service !== '') url.searchParams.set('service', challenge.service);
  url.searchParams.set('scope', scope);
  if (credential !== undefined) url.searchParams.set('account', credential.username);
  const authorization =
    credential === undefined ? undefined : basicAuthorization(credential.username, credential.password);
  return { ...common, method: 'GET', url, headers: { accept: 'application/json' }, authorization };
}

function realmUrl(realm: string, insecure: boolean): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url === undefined || !['https:', 'http:'].includes(url.protocol)) {
    throw new Failure('InvalidResponse', { detail: 'it names a token server that cannot be asked' });
  }
  if (url.protocol === 'http:' && !insecure) {
    throw new Failure('InvalidResponse', { detail: 'it names a token server without TLS' });
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}
