/**
 * Why a registry gave no image, or no list of tags.
 * - `NotFound`: the registry has no such repository, tag or digest.
 * - `Unauthorized`: none of the credentials was accepted, and without any there is no access either.
 * - `Forbidden`: the registry knows who asks, and refuses.
 * - `TooManyRequests`: the registry asks to wait, or has asked so and is left alone until then; or too many wait to ask it, or to have
 *   large answers read.
 * - `ServerError`: the registry, or the token server that it names, answered 5xx.
 * - `Unreachable`: no connection, or it was lost.
 * - `HostNotFound`: the host's name has no address.
 * - `UntrustedCertificate`: the certificate is expired, for another name, or of an unknown authority.
 * - `Timeout`: no connection, answer or next byte in time, or not all that a question needs.
 * - `DigestMismatch`: the content is not what its digest says.
 * - `TooLarge`: the answer is larger than allowed.
 * - `NotARegistry`: what answers does not speak the protocol of registries.
 * - `UnsupportedManifest`: a manifest of a kind that nothing runs any more, or never did.
 * - `NoMatchingPlatform`: an index without an image to choose.
 * - `AddressForbidden`: the host has an address that imports may not reach.
 * - `RegistryNotAllowed`: by the mirror rules neither the source nor a mirror may be asked.
 * - `InvalidReference`: not a pull spec, or one without a repository.
 * - `InvalidResponse`: the registry contradicts itself or the protocol.
 */
export type RegistryErrorCode =
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
  | 'InvalidResponse';

/**
 * A question to a registry that failed. The message is one sentence for a user: it names the registry and the image as the user
 * wrote them, and holds nothing that a registry sent.
 */
export class RegistryError extends Error {
  readonly code: RegistryErrorCode;
  /** How long the registry asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(code: RegistryErrorCode, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'RegistryError';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
