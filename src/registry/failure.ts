import type { RegistryErrorCode } from './error.ts';

/** Who failed: the registry, the token server that it names, the host to which it redirects, or we ourselves. */
export type Party = 'Registry' | 'TokenServer' | 'Redirect' | 'Controller';

export interface FailureDetails {
  readonly party?: Party;
  /** What a sentence says besides; never anything that was received. */
  readonly detail?: string;
  readonly retryAfterMs?: number | undefined;
  /** No connection came about, so that another way may be tried. */
  readonly unconnected?: boolean;
}

/** What went wrong, before it is known for whose image. */
export class Failure extends Error {
  readonly code: RegistryErrorCode;
  readonly party: Party;
  readonly detail: string;
  readonly retryAfterMs: number | undefined;
  readonly unconnected: boolean;

  constructor(code: RegistryErrorCode, details: FailureDetails = {}) {
    super(code);
    this.name = 'Failure';
    this.code = code;
    this.party = details.party ?? 'Registry';
    this.detail = details.detail ?? '';
    this.retryAfterMs = details.retryAfterMs;
    this.unconnected = details.unconnected ?? false;
  }
}
