import type { Credential } from './credential.ts';

/** A question to a registry, whoever has to ask it. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD';
  readonly url: URL;
  /** Path of the repository, for the scope of a token. */
  readonly repository: string;
  readonly accept: string;
  readonly insecure: boolean;
  /** Tried in turn, then without any. */
  readonly credentials: readonly Credential[];
  readonly pull?: boolean;
  readonly mostBytes: number;
  readonly signal: AbortSignal | undefined;
}
