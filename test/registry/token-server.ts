import type { ServerResponse } from 'node:http';
import { HttpServer, json, type Received } from '../cluster-client/http-server.ts';

/** Gives out tokens for repositories, to anybody or to who has a password, on a free loopback port. */
export class TokenServer {
  readonly server: HttpServer;
  /** Name → password, and which repositories it opens. */
  readonly users = new Map<string, { readonly password: string; readonly repositories: RegExp }>();
  /** What anybody may pull. */
  open = /^$/;
  /** How the token is named in the answer. */
  field: 'token' | 'access_token' = 'token';
  expiresIn: number | undefined = 300;
  /** Answers in place of the server; returns false to let it pass. */
  fault: (request: Received, response: ServerResponse) => boolean = () => false;
  readonly #tokens = new Map<string, RegExp>();
  #count = 0;

  constructor() {
    this.server = new HttpServer((request, response) => {
      if (!this.fault(request, response)) this.#serve(request, response);
    });
  }

  async start(): Promise<this> {
    await this.server.start();
    return this;
  }

  get realm(): string {
    return `http://127.0.0.1:${this.server.port}/token`;
  }

  allows(token: string, repository: string): boolean {
    return this.#tokens.get(token)?.test(repository) ?? false;
  }

  /** Makes all tokens worthless. */
  revoke(): void {
    this.#tokens.clear();
  }

  /** A token for what the pattern says. */
  issue(repositories: RegExp): string {
    this.#count += 1;
    const token = `token-${this.#count}`;
    this.#tokens.set(token, repositories);
    return token;
  }

  #serve(request: Received, response: ServerResponse): void {
    const { authorization } = request.headers;
    const form = new URLSearchParams(request.body);
    const name = form.get('refresh_token') ?? decoded(authorization)?.name;
    const user = this.users.get(name ?? '');
    const password = form.has('refresh_token') ? user?.password : decoded(authorization)?.password;
    if (name === undefined) this.#answer(response, this.issue(this.open));
    else if (user !== undefined && user.password === password)
      this.#answer(response, this.issue(user.repositories));
    else json(response, 401, { details: 'incorrect username or password' });
  }

  #answer(response: ServerResponse, token: string): void {
    json(response, 200, { [this.field]: token, expires_in: this.expiresIn });
  }
}

function decoded(authorization: string | undefined) {
  if (authorization === undefined) return undefined;
  const [name = '', password = ''] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':');
  return { name, password };
}
