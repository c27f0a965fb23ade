import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from './close-server.ts';
import { basicAuthorization, type RegistryUser } from './registry-users.ts';

/** A token that was asked for. */
export interface TokenRequest {
  /** The user whose password was right; undefined when nobody said who it is. */
  readonly user: string | undefined;
  readonly scope: string;
}

export interface TokenServerSettings {
  /** User → the repositories that it may pull. */
  readonly pulls: ReadonlyMap<RegistryUser, RegExp>;
  /** What anybody may pull; nothing if absent. */
  readonly anonymous?: RegExp;
}

const LIFETIME_S = 300;

/** Gives out the tokens that a registry with `auth: token` accepts, on a free loopback port. */
export class TokenServer {
  readonly service = 'test-registry';
  readonly issuer = 'test-token-server';
  readonly requests: TokenRequest[] = [];
  /** The JSON Web Key Set from which the registry knows whom to believe. */
  readonly keySet: string;
  readonly #settings: TokenServerSettings;
  readonly #key: KeyObject;
  readonly #keyId: string;
  readonly #server: Server;

  private constructor(settings: TokenServerSettings) {
    this.#settings = settings;
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    const jwk = publicKey.export({ format: 'jwk' });
    this.#keyId = createHash('sha256').update(JSON.stringify(jwk)).digest('hex');
    this.keySet = JSON.stringify({ keys: [{ ...jwk, kid: this.#keyId, use: 'sig', alg: 'ES256' }] });
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(settings: TokenServerSettings): Promise<TokenServer> {
    const server = new TokenServer(settings);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get realm(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/token`;
  }

  /** A token that allows all of those actions, for a test that pushes. */
  issue(repository: string, actions: readonly string[], user = ''): string {
    const now = Math.floor(Date.now() / 1000);
    const header = { typ: 'JWT', alg: 'ES256', kid: this.#keyId };
    const claims = {
      iss: this.issuer,
      sub: user,
      aud: this.service,
      exp: now + LIFETIME_S,
      nbf: now - 1,
      iat: now,
      jti: `${now}-${this.requests.length}`,
      access: actions.length === 0 ? [] : [{ type: 'repository', name: repository, actions }],
    };
    const text = [header, claims].map((part) => base64url(JSON.stringify(part))).join('.');
    const signature = sign('sha256', Buffer.from(text), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `${text}.${base64url(signature)}`;
  }

  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  #answer({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
    const { searchParams } = new URL(url, 'http://token');
    const { authorization } = headers;
    const users = [...this.#settings.pulls.keys()];
    const user = users.find((each) => basicAuthorization(each) === authorization);
    const scope = searchParams.get('scope') ?? '';
    this.requests.push({ user: user?.name, scope });
    response.setHeader('content-type', 'application/json');
    if (authorization !== undefined && user === undefined) {
      const errors = [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }];
      response.writeHead(401).end(JSON.stringify({ errors }));
      return;
    }
    const [, repository = ''] = scope.split(':');
    const allowed = user === undefined ? this.#settings.anonymous : this.#settings.pulls.get(user);
    const token = this.issue(repository, allowed?.test(repository) ? ['pull'] : [], user?.name);
    response.end(JSON.stringify({ token, expires_in: LIFETIME_S }));
  }
}

function base64url(data: string | Buffer): string {
  return Buffer.from(data).toString('base64url');
}
