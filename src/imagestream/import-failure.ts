/** Why a tag has no new image: the reason of its condition `ImportSuccess`, and of the Event. */
export type ImportFailureReason =
  | 'NotFound'
  | 'Unauthorized'
  | 'Forbidden'
  | 'TooManyRequests'
  | 'ServerError'
  | 'Unreachable'
  | 'HostNotFound'
  | 'UntrustedCertificate'
  | 'Timeout'
  | 'DigestMismatch'
  | 'TooLarge'
  | 'NotARegistry'
  | 'UnsupportedManifest'
  | 'NoMatchingPlatform'
  | 'AddressForbidden'
  | 'RegistryNotAllowed'
  | 'InvalidReference'
  | 'InvalidResponse'
  | 'SecretsUnreadable'
  | 'SourceNotFound'
  | 'SourceNotAllowed'
  | 'SourceAmbiguous'
  | 'CircularReference'
  | 'HistoryTooLarge';

/**
 * How often a failed import is tried again: `Passing` soon (the cause may go away by itself), `Slow` now and then (somebody
 * has to change a permission), `Permanent` not before the schedule or a user asks.
 */
export type RetryClass = 'Passing' | 'Slow' | 'Permanent';

const retryClasses: Readonly<Record<ImportFailureReason, RetryClass>> = {
  NotFound: 'Permanent',
  Unauthorized: 'Slow',
  Forbidden: 'Slow',
  TooManyRequests: 'Passing',
  ServerError: 'Passing',
  Unreachable: 'Passing',
  HostNotFound: 'Passing',
  UntrustedCertificate: 'Slow',
  Timeout: 'Passing',
  DigestMismatch: 'Passing',
  TooLarge: 'Permanent',
  NotARegistry: 'Slow',
  UnsupportedManifest: 'Permanent',
  NoMatchingPlatform: 'Permanent',
  AddressForbidden: 'Permanent',
  RegistryNotAllowed: 'Permanent',
  InvalidReference: 'Permanent',
  InvalidResponse: 'Passing',
  SecretsUnreadable: 'Passing',
  SourceNotFound: 'Passing',
  SourceNotAllowed: 'Slow',
  SourceAmbiguous: 'Permanent',
  CircularReference: 'Permanent',
  HistoryTooLarge: 'Permanent',
};

/** A reason that is not ours, from a status made elsewhere, is retried now and then. */
export function retryClass(reason: string): RetryClass {
  return Object.hasOwn(retryClasses, reason) ? retryClasses[reason as ImportFailureReason] : 'Slow';
}

const ownReasons: ReadonlySet<string> = new Set<ImportFailureReason>([
  'InvalidReference',
  'SourceNotFound',
  'SourceNotAllowed',
  'SourceAmbiguous',
  'CircularReference',
  'HistoryTooLarge',
]);

/** Does the failure follow from streams alone, so that it is found anew whenever one is settled? */
export function followsFromStreams(reason: string): boolean {
  return ownReasons.has(reason);
}
