/**
 * What can go wrong with certificates:
 * `unreadable`: the place they are kept in cannot be read; `unwritable`: nor written;
 * `missing`: a certificate or key that somebody else provides is not there; `broken`: it is there, but of no use;
 * `unusable-names`: a certificate for the names asked for would not be accepted under these names.
 */
export type TlsErrorCode = 'unreadable' | 'unwritable' | 'missing' | 'broken' | 'unusable-names';

/** Its message is one sentence for the person who runs the server. */
export class TlsError extends Error {
  readonly code: TlsErrorCode;

  constructor(code: TlsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TlsError';
    this.code = code;
  }
}
