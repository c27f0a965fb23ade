/**
 * Why a preview is not given.
 * - `NoToken`, `BadToken`: nobody knows who asks.
 * - `MayNotSee`: the user may not get the image stream.
 * - `NoSuchPath`, `WrongMethod`, `BadQuestion`: this is not how to ask.
 * - `NoStream`, `NoImage`, `Unusable`: there is no such move.
 * - `TooMany`: others ask as well. `NotReady`: the cluster has not been listed yet.
 * - `NotAnswered`: the API server could not be asked about token or permissions. `TooSlow`: it took too long.
 * - `Broken`: a fault of this program.
 */
export type PreviewErrorCode =
  | 'NoToken'
  | 'BadToken'
  | 'MayNotSee'
  | 'NoSuchPath'
  | 'WrongMethod'
  | 'BadQuestion'
  | 'NoStream'
  | 'NoImage'
  | 'Unusable'
  | 'TooMany'
  | 'NotReady'
  | 'NotAnswered'
  | 'TooSlow'
  | 'Broken';

/** HTTP status and `reason` as the API server would answer. */
const answers: Readonly<Record<PreviewErrorCode, readonly [status: number, reason: string]>> = {
  NoToken: [401, 'Unauthorized'],
  BadToken: [401, 'Unauthorized'],
  MayNotSee: [403, 'Forbidden'],
  NoSuchPath: [404, 'NotFound'],
  WrongMethod: [405, 'MethodNotAllowed'],
  BadQuestion: [400, 'BadRequest'],
  NoStream: [404, 'NotFound'],
  NoImage: [404, 'NotFound'],
  Unusable: [422, 'Invalid'],
  TooMany: [429, 'TooManyRequests'],
  NotReady: [503, 'ServiceUnavailable'],
  NotAnswered: [503, 'ServiceUnavailable'],
  TooSlow: [504, 'Timeout'],
  Broken: [500, 'InternalError'],
};

/** A preview that is not given. The message is one sentence for a person. */
export class PreviewError extends Error {
  readonly code: PreviewErrorCode;

  constructor(code: PreviewErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PreviewError';
    this.code = code;
  }

  get status(): number {
    return answers[this.code][0];
  }

  /** As the API server tells a failure: `meta/v1 Status`. `details.causes` holds the code of this project. */
  get body(): object {
    const [code, reason] = answers[this.code];
    return {
      ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' },
      ...{ message: this.message, reason, code },
      details: { causes: [{ reason: this.code, message: this.message }] },
    };
  }
}

/** A fault of this program's own. */
export function broken(cause: unknown): PreviewError {
  return new PreviewError('Broken', 'the preview broke; the log of the controller has the reason', { cause });
}
