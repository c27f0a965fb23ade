import {
  type DigestError,
  digestError,
  longestPullSpec,
  longestRepositoryName,
  pullSpecPattern,
} from './grammar.ts';

/**
 * A pull spec taken apart; absent parts are empty strings.
 *
 * `localhost:5000` alone, or one segment with a dot in it, is read as a registry with an empty name, as OpenShift reads it.
 */
export interface ImageReference {
  readonly registry: string;
  readonly namespace: string;
  /** The last segment, or all after the first two; may contain `/`. */
  readonly name: string;
  readonly tag: string;
  /** The digest, `sha256:…`. */
  readonly id: string;
}

export type ReferenceErrorCode = 'Empty' | 'Uppercase' | 'InvalidFormat' | 'NameTooLong' | DigestError;

export type ParsedReference =
  | { readonly ok: true; readonly reference: ImageReference }
  | { readonly ok: false; readonly code: ReferenceErrorCode; readonly message: string };

const sentences: Readonly<Record<ReferenceErrorCode, string>> = {
  Empty: 'repository name must have at least one component',
  Uppercase: 'repository name must be lowercase',
  InvalidFormat: 'invalid reference format',
  NameTooLong: `repository name must not be more than ${longestRepositoryName} characters`,
  UnsupportedDigestAlgorithm: 'unsupported digest algorithm',
  InvalidDigestLength: 'invalid checksum digest length',
};

/**
 * Reads a pull spec by the rules of image-policy.md §5; the tests are its §16.10.
 * Docker Hub defaults (`docker.io`, `library/`, `latest`) are never filled in.
 */
export function parseReference(text: string): ParsedReference {
  if (text === '') return failure('Empty');
  if (text.length > longestPullSpec) return failure('InvalidFormat');
  const match = pullSpecPattern.exec(text);
  if (match === null) {
    return failure(pullSpecPattern.test(text.toLowerCase()) ? 'Uppercase' : 'InvalidFormat');
  }
  const [, name = '', tag = '', id = ''] = match;
  if (name.length > longestRepositoryName) return failure('NameTooLong');
  const badDigest = id === '' ? undefined : digestError(id);
  if (badDigest !== undefined) return failure(badDigest);
  return { ok: true, reference: split(text, name, tag, id) };
}

function split(text: string, name: string, tag: string, id: string): ImageReference {
  const slash = name.indexOf('/');
  if (slash < 0) {
    const registryOnly = name.includes('.') || name.startsWith('localhost');
    return registryOnly
      ? { registry: text, namespace: '', name: '', tag: '', id }
      : { registry: '', namespace: '', name, tag, id };
  }
  const first = name.slice(0, slash);
  const rest = name.slice(slash + 1);
  if (!isRegistry(first)) return { registry: '', namespace: first, name: rest, tag, id };
  const second = rest.indexOf('/');
  return second < 0
    ? { registry: first, namespace: '', name: rest, tag, id }
    : { registry: first, namespace: rest.slice(0, second), name: rest.slice(second + 1), tag, id };
}

function isRegistry(segment: string): boolean {
  return segment.includes('.') || segment.includes(':') || segment === 'localhost';
}

function failure(code: ReferenceErrorCode): ParsedReference {
  return { ok: false, code, message: sentences[code] };
}
