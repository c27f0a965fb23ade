import { ApiError, type ApiErrorCode } from './error.ts';
import { asObject, asText, type JsonObject } from './json.ts';

const maxMessageLength = 1_000;

const codeByReason: Readonly<Record<string, ApiErrorCode>> = {
  AlreadyExists: 'AlreadyExists',
  Expired: 'Gone',
  Gone: 'Gone',
};

const codeByStatus: Readonly<Record<number, ApiErrorCode>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  408: 'Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'TooLarge',
  429: 'TooManyRequests',
  504: 'Timeout',
};

/**
 * The error for a Kubernetes `Status`, from a response body or from an ERROR event of a watch.
 * @param request names the request, such as `GET /api/v1/namespaces`
 * @param httpStatus overrides the `code` of the Status; absent for an ERROR event
 * @param retryAfter value of the Retry-After header
 */
export function statusError(
  request: string,
  body: unknown,
  httpStatus?: number,
  retryAfter?: string,
): ApiError {
  const status = asObject(body);
  const details = asObject(status['details']);
  const number = httpStatus ?? (typeof status['code'] === 'number' ? status['code'] : 500);
  const reason = asText(status['reason']);
  const said = asText(status['message'])?.slice(0, maxMessageLength) ?? 'no explanation was given';
  const seconds = Number(retryAfter ?? details['retryAfterSeconds']);
  return new ApiError(
    codeOf(number, reason, details),
    `The API server answered ${request} with ${number}: ${said}`,
    {
      status: number,
      reason,
      retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined,
    },
  );
}

function codeOf(status: number, reason: string | undefined, details: JsonObject): ApiErrorCode {
  const causes = Array.isArray(details['causes']) ? details['causes'] : [];
  if (causes.some((cause) => asObject(cause)['reason'] === 'ResourceVersionTooLarge')) return 'Gone';
  const known = (reason === undefined ? undefined : codeByReason[reason]) ?? codeByStatus[status];
  if (known !== undefined) return known;
  if (status >= 500) return 'ServerError';
  return status >= 400 ? 'Invalid' : 'BadResponse';
}
