import { defaultTag, type ImageReference, parseReference, repositoryOf } from '../reference/index.ts';
import { shownText, tagPath } from './field-problem.ts';
import type { ImageStream, TagReference } from './types.ts';

/**
 * Where a tag comes from (image-streams.md §4.4).
 *
 * - `None`: nowhere; somebody pushes to it.
 * - `Image`: a registry, to be imported.
 * - `Reference`: a pull spec that is recorded as it is written.
 * - `Tag`: a tag of this or another image stream.
 * - `StreamImage`: an image in the history of this or another image stream; `id` is a prefix of its digest.
 * - `Invalid`: `from` cannot be read; `message` says why.
 */
export type TagSource =
  | { readonly kind: 'None' }
  | { readonly kind: 'Image'; readonly pullSpec: string; readonly reference: ImageReference }
  | { readonly kind: 'Reference'; readonly pullSpec: string }
  | TagOfStream
  | ImageOfStream
  | { readonly kind: 'Invalid'; readonly message: string };

export interface TagOfStream extends StreamName {
  readonly kind: 'Tag';
  readonly tag: string;
}

export interface ImageOfStream extends StreamName {
  readonly kind: 'StreamImage';
  readonly id: string;
}

export interface StreamName {
  readonly namespace: string;
  readonly stream: string;
}

export function nameOf({ metadata }: ImageStream): StreamName {
  return { namespace: metadata.namespace ?? '', stream: metadata.name };
}

export function isSameStream(one: StreamName, other: StreamName): boolean {
  return one.stream === other.stream && one.namespace === other.namespace;
}

/** Reads `from` of a tag; what is not written means `home`, the stream that the tag belongs to. */
export function tagSource(tag: TagReference, home: StreamName): TagSource {
  const kind = tag.from?.kind ?? '';
  const name = tag.from?.name ?? '';
  if (kind === '' && name === '') return { kind: 'None' };
  const namespace = tag.from?.namespace || home.namespace;
  switch (kind) {
    case 'DockerImage':
      return imageSource(tag, name);
    case 'ImageStreamTag': {
      const [stream, own] = parts(name, ':', home);
      if (stream === '') return invalid(tag, 'name', name, 'it must be of the form TAG or STREAM:TAG');
      return { kind: 'Tag', namespace, stream, tag: own || defaultTag };
    }
    case 'ImageStreamImage': {
      const [stream, id] = parts(name, '@', home);
      if (stream === '' || id === '') {
        return invalid(tag, 'name', name, 'it must be of the form ID or STREAM@ID');
      }
      return { kind: 'StreamImage', namespace, stream, id };
    }
    default:
      return invalid(tag, 'kind', kind, 'it must be DockerImage, ImageStreamTag or ImageStreamImage');
  }
}

function imageSource(tag: TagReference, name: string): TagSource {
  if (name !== '' && tag.reference === true) return { kind: 'Reference', pullSpec: name };
  const parsed = parseReference(name);
  if (!parsed.ok) return invalid(tag, 'name', name, `it must be a pull spec: ${parsed.message}`);
  if (repositoryOf(parsed.reference) === '') {
    return invalid(tag, 'name', name, 'it must name a repository, not a registry alone');
  }
  return { kind: 'Image', pullSpec: name, reference: parsed.reference };
}

/** One part belongs to the home stream, two are a stream and its part; more, or none, give an empty stream. */
function parts(name: string, separator: string, home: StreamName): readonly [stream: string, part: string] {
  const [first = '', second, ...rest] = name.split(separator);
  if (rest.length > 0 || first === '') return ['', ''];
  return second === undefined ? [home.stream, first] : [first, second];
}

function invalid(tag: TagReference, key: 'kind' | 'name', seen: string, allowed: string): TagSource {
  const field = `${tagPath('spec', tag.name)}.from.${key}`;
  return { kind: 'Invalid', message: `${field} is "${shownText(seen)}"; ${allowed}` };
}
