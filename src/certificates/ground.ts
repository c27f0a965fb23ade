import type { NewAuthority, NewLeaf } from './issuing.ts';
import type {
  Observation,
  Registration,
  StoredAuthority,
  StoredServing,
  TrustedCertificate,
} from './state.ts';

/**
 * Where everything is kept. Each write holds only for the version that was read, and rejects with an ApiError `Conflict`,
 * `AlreadyExists` or `NotFound` when somebody else was there in between.
 */
export interface Ground {
  /** The time by which certificates are verified, in milliseconds since the epoch. */
  now(): Promise<number>;
  registrations(): Promise<readonly Registration[]>;
  serving(): Promise<StoredServing>;
  authority(): Promise<StoredAuthority>;
  issueAuthority(now: number): Promise<NewAuthority>;
  issueServing(authority: NewAuthority, now: number): Promise<NewLeaf>;
  writeAuthority(content: AuthorityContent, replaced: StoredAuthority): Promise<void>;
  writeServing(content: ServingContent, replaced: StoredServing): Promise<void>;
  writeBundle(bundle: readonly TrustedCertificate[], replaced: Registration): Promise<void>;
}

export interface AuthorityContent {
  readonly authority: NewAuthority;
  readonly previous: readonly TrustedCertificate[];
  readonly previousUntil: number | undefined;
}

export interface ServingContent {
  readonly leaf: NewLeaf;
  readonly authority: NewAuthority;
}

/**
 * Reads all, in the order that lets stale knowledge do no harm: whoever reads a `caBundle` that trusts a new authority reads that authority
 * afterwards, so nobody takes a certificate out of a bundle for want of knowing it.
 */
export async function observe(ground: Ground, issues: boolean): Promise<Observation> {
  const registrations = await ground.registrations();
  const serving = await ground.serving();
  const authority = issues ? await ground.authority() : undefined;
  return { registrations, serving, authority };
}
