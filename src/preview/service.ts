import {
  type AccessReviews,
  type AccessSubject,
  ApiError,
  isApiError,
  type TokenReviews,
} from '../cluster/index.ts';
import { type PreviewQuestion, previewMove, type TriggerPreviewsOptions } from '../controllers/index.ts';
import { answerOf, type TagMovePreview } from './answer.ts';
import { broken, PreviewError } from './error.ts';
import { questionIn } from './question.ts';
import { viewerFor } from './viewer.ts';

/** Previews at the same time; more would only take the controller's time. */
const mostAtOnce = 8;
const longestMs = 15_000;

export interface PreviewServiceOptions {
  /** What is known of the cluster; undefined until all of it has been listed. */
  readonly known: () => TriggerPreviewsOptions | undefined;
  /** About whoever asks; other reviews may be shared with the controller's work. */
  readonly access: Pick<AccessReviews, 'allowed'>;
  readonly tokens: Pick<TokenReviews, 'subjectOf'>;
}

/** A request as it came; nothing of it is believed. */
export interface PreviewRequest {
  readonly authorization: string | undefined;
  readonly namespace: string;
  /** `STREAM:TAG` */
  readonly name: string;
  readonly query: URLSearchParams;
}

/** Answers who may know what would become of workloads if a tag moved. Holds nothing, writes nothing. */
export class PreviewService {
  readonly #options: PreviewServiceOptions;
  #underWay = 0;

  constructor(options: PreviewServiceOptions) {
    this.#options = options;
  }

  /** @throws PreviewError, and nothing else */
  async answer(request: PreviewRequest): Promise<TagMovePreview> {
    if (this.#underWay >= mostAtOnce)
      throw new PreviewError('TooMany', 'too many previews are asked for at once; try again in a moment');
    this.#underWay += 1;
    const answer = this.#answer(request).finally(() => {
      this.#underWay -= 1;
    });
    try {
      return await within(answer, longestMs);
    } catch (error) {
      throw explained(error);
    }
  }

  async #answer({ authorization, namespace, name, query }: PreviewRequest): Promise<TagMovePreview> {
    const subject = await this.#subject(authorization);
    const question = questionIn(namespace, name, query);
    const viewer = viewerFor(subject, this.#options.access);
    if (!(await viewer.maySeeStream(namespace, question.stream))) throw mayNotSee(subject, question);
    const known = this.#options.known();
    if (known === undefined) {
      throw new PreviewError('NotReady', 'the cluster has not been listed yet; try again in a moment');
    }
    const result = await previewMove(known, question, viewer);
    switch (result.kind) {
      case 'Preview':
        return answerOf(result.preview);
      case 'NoStream':
        throw new PreviewError(
          'NoStream',
          `namespace "${namespace}" has no image stream "${question.stream}"`,
        );
      case 'NoImage':
        throw new PreviewError('NoImage', noImage(question));
      case 'Unusable':
        throw new PreviewError(
          'Unusable',
          `tag "${question.tag}" of image stream "${question.stream}" cannot point there: ${result.why}`,
        );
    }
  }

  async #subject(authorization: string | undefined): Promise<AccessSubject> {
    const token = /^bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) {
      throw new PreviewError(
        'NoToken',
        'send a token that the API server knows, as "Authorization: Bearer TOKEN"',
      );
    }
    const subject = await this.#options.tokens.subjectOf(token);
    if (subject === undefined) {
      throw new PreviewError(
        'BadToken',
        'the API server does not take the token: it is wrong, has expired, or is for another audience',
      );
    }
    return subject;
  }
}

function mayNotSee({ user }: AccessSubject, { namespace, stream }: PreviewQuestion): PreviewError {
  return new PreviewError(
    'MayNotSee',
    `user "${user}" may not get image stream "${stream}" in namespace "${namespace}"; the ClusterRole view, bound there, allows it`,
  );
}

function noImage({ stream, target }: PreviewQuestion): string {
  const tag = target.kind === 'Tag' ? target.tag : '';
  return `image stream "${stream}" has no image for tag "${tag}"`;
}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new PreviewError(
      'TooSlow',
      'the API server did not answer in time; ask for less with limit, or try again',
    );
    timer = setTimeout(() => reject(error), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function explained(error: unknown): PreviewError {
  if (error instanceof PreviewError) return error;
  if (isApiError(error, 'TooManyRequests')) {
    return new PreviewError('TooMany', 'too many tokens are asked about at once; try again in a moment', {
      cause: error,
    });
  }
  if (error instanceof ApiError) {
    return new PreviewError(
      'NotAnswered',
      'the API server could not be asked who you are or what you may see; try again in a moment',
      { cause: error },
    );
  }
  return broken(error);
}
