import { answerFailure } from './answer-failure.ts';
import type { AuthorizedSend } from './authorized-send.ts';
import type { Clock } from './clock.ts';
import type { Credential } from './credential.ts';
import type { Answer } from './exchange.ts';
import { Failure } from './failure.ts';
import { asObject } from './json.ts';
import type { Place } from './place.ts';
import { parseUntrusted } from './safe-json.ts';
import type { Schemes } from './schemes.ts';

/** One GET or HEAD below a repository. */
export interface ApiCall {
  readonly method: 'GET' | 'HEAD';
  /** With its query. */
  readonly path: string;
  readonly accept: string;
  readonly pull?: boolean;
  readonly mostBytes: number;
}

/** Whose question it is. */
export interface Asker {
  readonly place: Place;
  readonly credentials: readonly Credential[];
  readonly signal: AbortSignal | undefined;
}

/** The registry protocol, for one repository at a time. */
export class RegistryApi {
  readonly #requests: AuthorizedSend;
  readonly #schemes: Schemes;
  readonly #clock: Clock;

  constructor(requests: AuthorizedSend, schemes: Schemes, clock: Clock) {
    this.#requests = requests;
    this.#schemes = schemes;
    this.#clock = clock;
  }

  /** Whatever the answer is. Throws a Failure when there is none. */
  ask(asker: Asker, call: ApiCall): Promise<Answer> {
    const { place, credentials, signal } = asker;
    return this.#schemes.ask(place, (origin) => {
      const url = new URL(origin + call.path);
      const { method, accept, pull = false, mostBytes } = call;
      const common = { method, url, accept, pull, mostBytes, credentials, signal };
      return this.#requests.send({ ...common, repository: place.path, insecure: place.insecure });
    });
  }

  /** The same, and throws a Failure when the answer is not what was asked for. */
  async get(asker: Asker, call: ApiCall): Promise<Answer> {
    const answer = await this.ask(asker, call);
    if (answer.status === 200) return answer;
    if (answer.status === 404 && !(await this.#isRegistry(answer, asker))) throw new Failure('NotARegistry');
    throw answerFailure(answer, this.#clock.now());
  }

  /** Does a 404 come from a registry, or from a web server that knows nothing of images? */
  async #isRegistry(answer: Answer, { place, signal }: Asker): Promise<boolean> {
    if (hasSignature(answer)) return true;
    const call: ApiCall = { method: 'GET', path: '/v2/', accept: 'application/json', mostBytes: 64 * 1024 };
    const base = await this.ask({ place, credentials: [], signal }, call);
    return (
      base.status === 401 ||
      base.status === 403 ||
      (base.status === 200 && !isPage(base)) ||
      hasSignature(base)
    );
  }
}

function hasSignature(answer: Answer): boolean {
  return (
    answer.header('docker-distribution-api-version') !== undefined ||
    Array.isArray(asObject(parseUntrusted(answer.body))['errors'])
  );
}

function isPage(answer: Answer): boolean {
  return (answer.header('content-type') ?? '').toLowerCase().startsWith('text/html');
}
