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
