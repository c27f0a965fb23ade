import type { ApiClient } from './client.ts';
import type { Clock } from './clock.ts';
import { ApiError } from './error.ts';
import { asObject, asText } from './json.ts';
import { Lookup } from './lookup.ts';
import { resourcePath } from './path.ts';

/** Who asks, as the API server knows them; an authorizer may look at any of it. */
export interface AccessSubject {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid?: string;
  /** What authentication said besides, scopes for example. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** May this user do that? Fields as in a Kubernetes SubjectAccessReview. */
export interface AccessQuestion extends AccessSubject {
  readonly namespace: string;
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Absent asks for all names. */
  readonly name?: string;
}

/** The API server's answer, with its reason when it gives one. */
export interface AccessAnswer {
  readonly allowed: boolean;
  readonly reason: string | undefined;
}

/** How access reviews behave. */
export interface AccessReviewsOptions {
  readonly client: ApiClient;
  readonly clock?: Clock;
  /** How long a permission is believed, in milliseconds; 10 s unless given. */
  readonly keepAllowedMs?: number;
  /** How long a refusal is believed; 2 s unless given, so that a new RoleBinding helps at once. */
  readonly keepDeniedMs?: number;
  readonly maxEntries?: number;
}

const path = resourcePath({ group: 'authorization.k8s.io', version: 'v1', resource: 'subjectaccessreviews' });

/** Asks the API server what a user may do, and remembers the answers for some seconds. */
export class AccessReviews {
  readonly #client: ApiClient;
  readonly #answers: Lookup<AccessQuestion, AccessAnswer>;

  constructor(options: AccessReviewsOptions) {
    const { keepAllowedMs = 10_000, keepDeniedMs = 2_000, maxEntries = 10_000, clock } = options;
    this.#client = options.client;
    this.#answers = new Lookup({
      load: (question) => this.#ask(question),
      keepMs: (answer) => (answer.allowed ? keepAllowedMs : keepDeniedMs),
      identity,
      maxEntries,
      ...(clock && { clock }),
    });
  }

  /** Rejects with an ApiError when the question could not be answered: then nobody knows, and nothing is allowed. */
  allowed(question: AccessQuestion): Promise<AccessAnswer> {
    return this.#answers.lookup(question);
  }

  async #ask(question: AccessQuestion): Promise<AccessAnswer> {
    const { user, groups, uid, extra, ...resourceAttributes } = question;
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, groups, uid, extra, resourceAttributes },
    };
    const answer = asObject(await this.#client.create(path, review, { idempotent: true }));
    const status = asObject(answer['status']);
    if (typeof status['allowed'] !== 'boolean') {
      throw new ApiError('BadResponse', `The answer to POST ${path} is not a SubjectAccessReview.`);
    }
    return {
      allowed: status['allowed'] && status['denied'] !== true,
      reason: asText(status['reason']) ?? asText(status['evaluationError']),
    };
  }
}

function identity(question: AccessQuestion): string {
  const { user, groups, uid, extra = {}, namespace, verb, group, resource, subresource, name } = question;
  const subject = [user, [...groups].sort(), uid, Object.entries(extra).sort(byKey)];
  return JSON.stringify([subject, namespace, verb, group, resource, subresource, name]);
}

function byKey([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
