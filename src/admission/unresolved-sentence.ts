import { defaultTag } from '../reference/index.ts';
import { closest, listing } from '../suggestion/index.ts';
import type { Reading, TagReading } from './reading.ts';
import { shown } from './refusal.ts';
import type { KnownStream, StreamsInView, UnresolvedCode } from './resolution.ts';

/** Characters of a condition's message. */
const longestFailure = 500;

/**
 * Says why an image string could not be resolved, what exists instead, and how to mend it: one text for the admission
 * response, its warnings and the command line. One clause per code; the codes are documented in docs/messages.md.
 */
export function unresolvedSentence(
  code: UnresolvedCode,
  reading: Reading,
  namespace: string,
  streams: StreamsInView,
): string {
  switch (reading.kind) {
    case 'Unreadable':
      return `it is not an image reference: ${reading.message}`;
    case 'Exact':
    case 'Elsewhere':
      return 'it is not an exact image reference; write it with a digest (NAME@sha256:…), or name the tag of an image stream';
    case 'Tag':
      return tagSentence(code, reading, namespace, streams);
  }
}

function tagSentence(
  code: UnresolvedCode,
  reading: TagReading,
  namespace: string,
  streams: StreamsInView,
): string {
  const stream = `image stream "${reading.stream}" in namespace "${namespace}"`;
  const tag = `tag "${reading.tag}"`;
  switch (code) {
    case 'StreamNotFound':
      return `there is no ${stream}${meantStream(reading, streams)}`;
    case 'StreamUnavailable':
      return `the API server could not be asked for ${stream}; try again`;
    case 'LookupDisabled':
      return `${stream} has ${tag}, but its local lookup is off, so the name stands for another registry's image; switch it on with spec.lookupPolicy.local: true`;
    case 'TagNotFound':
      return `${stream} has no ${tag}${existingTags(reading, streams.stream(reading.stream))}`;
    case 'TagNotImported':
      return streams.importing
        ? `${tag} of ${stream} is still being imported; apply again in a moment`
        : `${tag} of ${stream} has not been imported yet; try again when its status shows an image`;
    case 'TagImportFailed':
      return `${tag} of ${stream} could not be imported${failure(reading, streams.stream(reading.stream))}`;
    case 'TagWithoutDigest':
      return `${tag} of ${stream} only records a reference (reference: true) and has no digest; set reference: false so that it is imported`;
    case 'NotExact':
    case 'Unreadable':
      return `${tag} of ${stream} has no usable pull spec`;
  }
}

/** Is there a stream whose name the user may have meant? */
export function similarStream(reading: TagReading, streams: StreamsInView): string | undefined {
  return closest(reading.stream, streams.names());
}

function meantStream(reading: TagReading, streams: StreamsInView): string {
  const meant = similarStream(reading, streams);
  return meant === undefined ? '' : `; did you mean "${meant}:${reading.tag}"?`;
}

function tagsInWords(names: readonly string[]): string {
  if (names.length === 0) return 'it has no tags yet';
  return names.length === 1 ? `its only tag is ${listing(names)}` : `its tags are ${listing(names)}`;
}

/** What the condition says of the tag, which a controller wrote from what a registry answered. */
function failure({ tag }: TagReading, stream: KnownStream): string {
  const tags = stream === undefined || stream === 'Unavailable' ? [] : stream.tags;
  const message = tags.find(({ name }) => name === tag)?.message ?? '';
  return message === ''
    ? "; its condition ImportSuccess in the stream's status tells why"
    : `: ${shown(message.replace(/\.+$/, ''), longestFailure)}`;
}

function existingTags(reading: TagReading, stream: KnownStream): string {
  if (stream === undefined || stream === 'Unavailable') return '';
  const names = stream.tags.map(({ name }) => name);
  const assumed = reading.reference.tag === '' ? ` (no tag was written, which means ${defaultTag})` : '';
  const usable = stream.tags.filter(({ state }) => state === 'Image').map(({ name }) => name);
  const meant = closest(reading.tag, usable) ?? (usable.length === 1 ? usable[0] : undefined);
  const suggestion = meant === undefined ? '' : `; did you mean "${reading.stream}:${meant}"?`;
  return `${assumed}; ${tagsInWords(names)}${suggestion}`;
}
