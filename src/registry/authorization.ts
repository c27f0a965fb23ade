import { basicAuthorization } from './basic.ts';
import type { Challenge } from './challenge.ts';
import type { Credential } from './credential.ts';
import { credentialKey } from './credential-key.ts';
import type { RegistryRequest } from './registry-request.ts';
import type { TokenQuestion } from './token-request.ts';
import type { Tokens } from './tokens.ts';

/** What a request says of who asks. */
export interface Authorization {
  /** Absent when there is nothing to say. */
  readonly header: string | undefined;
  readonly who: string;
  /** The registry did not accept it. */
  refused(): void;
}

export const nobody: Authorization = { header: undefined, who: '', refused: () => {} };

/**
 * Answers a challenge for one credential, or without any. Undefined when that says nothing that the request without an answer did not
 * say, or when the token server does not accept the credential. Throws a Failure.
 */
export async function authorizationFor(
  challenge: Challenge,
  credential: Credential | undefined,
  request: RegistryRequest,
  tokens: Tokens,
): Promise<Authorization | undefined> {
  const who = credential === undefined ? '' : credentialKey([credential]);
  const known = (header: string): Authorization => ({ header, who, refused: () => {} });
  if (challenge.scheme === 'Basic') {
    if (credential?.kind !== 'Password') return undefined;
    return known(basicAuthorization(credential.username, credential.password));
  }
  if (credential?.kind === 'AccessToken') return known(`Bearer ${credential.token}`);
  const question: TokenQuestion = {
    challenge,
    origin: request.url.origin,
    insecure: request.insecure,
    scope: `repository:${request.repository}:pull`,
    credential,
    who,
  };
  const token = await tokens.get(question, request.signal);
  if (token === undefined) return undefined;
  return { header: `Bearer ${token}`, who, refused: () => tokens.drop(question, token) };
}
