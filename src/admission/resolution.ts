import { type ResolvableStream, resolveTag } from '../imagestream/index.ts';
import { type ImageReference, parseReference } from '../reference/index.ts';
import type { Reading, TagReading } from './reading.ts';

/** Why an image string could not be resolved. */
export type UnresolvedCode =
  | 'StreamNotFound'
  | 'LookupDisabled'
  | 'TagNotFound'
  | 'TagNotImported'
  | 'TagImportFailed'
  | 'TagWithoutDigest'
  | 'StreamUnavailable'
  | 'NotExact'
  | 'Unreadable';

/** What is known of a stream: `Unavailable` when it is not in memory and the API server could not be asked. */
export type KnownStream = ResolvableStream | undefined | 'Unavailable';

/** The streams of the request's namespace, as known when the decision is made. */
export interface StreamsInView {
  stream(name: string): KnownStream;
  /** Names of the streams that exist, for suggestions. */
  names(): Iterable<string>;
  /** A tag without an image will get one. */
  readonly importing: boolean;
}

export interface Resolved {
  readonly kind: 'Resolved';
  readonly reference: ImageReference;
  /** The stream allows its name in place of the pull spec, or the object asked for it. */
  readonly localRewrite: boolean;
  /** `STREAM:TAG`, when a tag was looked up. */
  readonly imageStreamTag?: string;
}

export interface Unresolved {
  readonly kind: 'Unresolved';
  readonly code: UnresolvedCode;
  /** The user said, by the stream's local lookup or by annotation, that this short name is a local one. */
  readonly declaredLocal: boolean;
}

export type Resolution = Resolved | Unresolved;

/** Resolves one reading by image-policy.md §6; nothing is asked, all is in view. */
export function resolve(reading: Reading, streams: StreamsInView, resolveAll: boolean): Resolution {
  switch (reading.kind) {
    case 'Exact':
      return { kind: 'Resolved', reference: reading.reference, localRewrite: false };
    case 'Elsewhere':
      return unresolved('NotExact');
    case 'Unreadable':
      return unresolved('Unreadable');
    case 'Tag':
      return resolveReading(reading, streams.stream(reading.stream), resolveAll);
  }
}

function resolveReading(reading: TagReading, stream: KnownStream, resolveAll: boolean): Resolution {
  if (stream === 'Unavailable') return unresolved('StreamUnavailable');
  if (stream === undefined) return unresolved('StreamNotFound');
  const mayBeLocal = resolveAll || stream.local;
  const found = resolveTag(stream, reading.tag);
  if (found.kind === 'Image' || (found.kind === 'Repository' && mayBeLocal)) {
    if (reading.partial && !mayBeLocal) return unresolved('LookupDisabled');
    const parsed = parseReference(found.pullSpec);
    if (parsed.ok) {
      return {
        kind: 'Resolved',
        reference: parsed.reference,
        localRewrite: reading.partial,
        imageStreamTag: `${reading.stream}:${reading.tag}`,
      };
    }
  }
  const declaredLocal = reading.short && mayBeLocal;
  return unresolved(found.kind === 'Unresolved' ? codeOf(found.tag?.state) : 'TagNotFound', declaredLocal);
}

function codeOf(state: 'Image' | 'Pending' | 'ImportFailed' | 'ReferenceOnly' | undefined): UnresolvedCode {
  switch (state) {
    case undefined:
      return 'TagNotFound';
    case 'Pending':
      return 'TagNotImported';
    case 'ImportFailed':
      return 'TagImportFailed';
    case 'ReferenceOnly':
    case 'Image':
      return 'TagWithoutDigest';
  }
}

function unresolved(code: UnresolvedCode, declaredLocal = false): Unresolved {
  return { kind: 'Unresolved', code, declaredLocal };
}
