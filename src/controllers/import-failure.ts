import { ApiError } from '../cluster/index.ts';
import type { ImportFailureReason } from '../imagestream/index.ts';
import { RegistryError } from '../registry/index.ts';

/** Why an import failed, as the tag's condition says it. */
export interface ImportFailure {
  readonly reason: ImportFailureReason;
  readonly message: string;
}

/**
 * What an error of an import means: a failure to be told, `NotTried` when the API server did not answer (then it could not be told
 * either, and passes), `Broken` for what should not happen.
 */
export function importFailure(error: unknown, namespace: string): ImportFailure | 'NotTried' | 'Broken' {
  if (error instanceof RegistryError) return { reason: error.code, message: error.message };
  if (!(error instanceof ApiError)) return 'Broken';
  switch (error.code) {
    case 'Forbidden':
    case 'NotFound':
    case 'Invalid':
    case 'TooLarge':
    case 'BadResponse': {
      const whatToDo =
        'an administrator has to see to it (the controller lists Secrets of the registry types)';
      return {
        reason: 'SecretsUnreadable',
        message: `the pull secrets of namespace "${namespace}" cannot be listed (${error.code}); ${whatToDo}`,
      };
    }
    case 'Unauthorized':
    case 'Conflict':
    case 'AlreadyExists':
    case 'Gone':
    case 'TooManyRequests':
    case 'Timeout':
    case 'Unreachable':
    case 'ServerError':
    case 'Credentials':
    case 'Aborted':
      return 'NotTried';
  }
}
