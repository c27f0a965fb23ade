import { createHash } from 'node:crypto';
import type { Credential } from './credential.ts';

/** One text for a list of credentials that tells nothing of them; empty for none. */
export function credentialKey(credentials: readonly Credential[]): string {
  if (credentials.length === 0) return '';
  const parts = credentials.map((each) =>
    each.kind === 'Password' ? [each.kind, each.username, each.password] : [each.kind, each.token],
  );
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
