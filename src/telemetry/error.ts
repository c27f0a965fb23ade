import { types } from 'node:util';

/** An error as the log shows it. */
export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: DescribedError;
  readonly errors?: readonly DescribedError[];
}

/** An error that is its own cause must not hang the log. */
const MAX_DEPTH = 8;

/**
 * Picks what helps from an error and its causes. Other fields are left out on purpose:
 * HTTP clients hang whole requests, with their credentials, on the errors they throw.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!types.isNativeError(error)) {
    return { type: typeof error, message: String(error) };
  }
  const code = 'code' in error ? error.code : undefined;
  const deeper = depth < MAX_DEPTH;
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(deeper && error.cause !== undefined ? { cause: describeError(error.cause, depth + 1) } : {}),
    ...(deeper && 'errors' in error && Array.isArray(error.errors)
      ? { errors: error.errors.map((each) => describeError(each, depth + 1)) }
      : {}),
  };
}
