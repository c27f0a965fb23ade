import { createHash } from 'node:crypto';
import { isDigest } from '../reference/index.ts';

/** The digest of content, `sha256:…` unless another algorithm is asked for. */
export function digestOf(content: Buffer, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`;
}

/** Is `digest`, which must be one, that of the content? */
export function hasDigest(content: Buffer, digest: string): boolean {
  return digestOf(content, digest.slice(0, digest.indexOf(':'))) === digest;
}

/** The text as a digest in its only spelling; undefined when it is none. */
export function asDigest(text: string | undefined): string | undefined {
  return text !== undefined && isDigest(text) ? text.toLowerCase() : undefined;
}
