/**
 * What went wrong in a request to the API server.
 * - `Gone`: the resource version or continue token is not available any more, or not yet (HTTP 410, or
 *   504 with cause ResourceVersionTooLarge): list again.
 * - `Timeout`: nobody answered in time, or a watch stayed silent; also HTTP 408 and 504.
 * - `Unreachable`: no connection, an untrusted certificate, or the connection was lost.
 * - `TooLarge`: the answer is larger than allowed, or the server found the request too large.
 * - `BadResponse`: the answer is not what a Kubernetes API server sends.
 * - `Credentials`: the kubeconfig's token file or plugin yields no credentials.
 * - `Aborted`: the caller gave up.
 */
export type ApiErrorCode =
  | 'NotFound'
  | 'Forbidden'
  | 'Unauthorized'
  | 'Conflict'
  | 'AlreadyExists'
  | 'Gone'
  | 'TooManyRequests'
  | 'Timeout'
  | 'Unreachable'
  | 'ServerError'
  | 'Invalid'
  | 'TooLarge'
  | 'BadResponse'
  | 'Credentials'
  | 'Aborted';

/** What is known besides code and message. */
export interface ApiErrorDetails {
  /** HTTP status, when the server answered. */
  readonly status?: number | undefined;
  /** `reason` of the Kubernetes Status, such as `Expired`, when there was one. */
  readonly reason?: string | undefined;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/** A failed request to the API server. The message is one sentence for a person and holds no credentials. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ApiErrorCode, message: string, details: ApiErrorDetails = {}) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = details.status;
    this.reason = details.reason;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Is this an ApiError with that code? */
export function isApiError(error: unknown, code: ApiErrorCode): error is ApiError {
  return error instanceof ApiError && error.code === code;
}
