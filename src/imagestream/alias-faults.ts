import { closest, listing } from '../suggestion/index.ts';
import { type Circle, mostHops } from './alias-walk.ts';
import type { TagFault } from './failed-tag.ts';
import { isIndexLike, shownText, tagPath } from './field-problem.ts';
import { imagePullerClusterRole } from './roles.ts';
import type { ImageOfStream, StreamName, TagOfStream } from './tag-source.ts';

/** More images than this are not listed. */
const mostListed = 5;

/** Of this many tags, the most wanted ones, one may be suggested. */
const mostCompared = 200;

/** Why an alias has no image, in sentences: one function a cause. `tag` is the name of the alias. */
export function circular(tag: string, circle: Circle, home: StreamName): TagFault {
  const field = fromOf(tag);
  if (circle.kind === 'TooLong') {
    const message = `${field} leads through more than ${mostHops} tags; let it name a tag nearer to the image`;
    return { reason: 'CircularReference', message };
  }
  const elsewhere = circle.path.find(
    ({ stream, namespace }) => stream !== home.stream || namespace !== home.namespace,
  );
  const names = circle.path.map((each) => shownText(each.tag));
  const way =
    elsewhere === undefined
      ? [...names, names[0]].join(' -> ')
      : `through tag "${shownText(elsewhere.tag)}" of ${streamText(elsewhere)}`;
  const message = `${field} leads back to the tag itself: ${way}; let one of these tags come from an image`;
  return { reason: 'CircularReference', message };
}

export function notAllowed(tag: string, source: StreamName, { namespace: own }: StreamName): TagFault {
  const role = imagePullerClusterRole.metadata.name;
  const message =
    `${fromOf(tag)} follows ${streamText(source)}, from which the workloads of namespace "${own}" may not pull; to allow it: ` +
    `kubectl create rolebinding ${own}-image-puller --namespace=${shownText(source.namespace)} --clusterrole=${role} ` +
    `--group=system:serviceaccounts:${own}`;
  return { reason: 'SourceNotAllowed', message };
}

export function streamNotFound(tag: string, source: StreamName, home: StreamName): TagFault {
  const meant = source.namespace === home.namespace ? closest(source.stream, [home.stream]) : undefined;
  const suggestion = meant === undefined ? '' : `; did you mean "${meant}", this stream?`;
  return notFound(
    `${fromOf(tag)} names ${streamText(source)}, which does not exist; the tag points to its image once it does${suggestion}`,
  );
}

/** `existing` are the tags that the stream has, the most wanted first; undefined where that is not to be told. */
export function tagNotFound(
  tag: string,
  source: TagOfStream,
  existing: readonly string[] | undefined,
): TagFault {
  const there = existing === undefined ? '' : thereText(source.tag, existing);
  return notFound(
    `${fromOf(tag)} names tag "${shownText(source.tag)}" of ${streamText(source)}, which does not exist; the tag points to its image once it does${there}`,
  );
}

export function nothingFills(tag: string, source: TagOfStream): TagFault {
  return notFound(
    `${fromOf(tag)} names tag "${shownText(source.tag)}" of ${streamText(source)}, which has neither an image nor a "from" to get one; give it one, or point this tag elsewhere`,
  );
}

export function sourceFails(tag: string, source: TagOfStream, reason: string): TagFault {
  return notFound(
    `${fromOf(tag)} names tag "${shownText(source.tag)}" of ${streamText(source)}, which has no image because its own import failed (${shownText(reason)})`,
  );
}

export function imageNotFound(tag: string, source: ImageOfStream): TagFault {
  return notFound(
    `${fromOf(tag)} names an image that begins with "${shownText(source.id)}", and ${streamText(source)} never had one; correct it, or import that image there`,
  );
}

export function ambiguous(tag: string, source: ImageOfStream, images: readonly string[]): TagFault {
  const listed = images.slice(0, mostListed).map(shownText).join(', ');
  const more = images.length > mostListed ? ` and ${images.length - mostListed} more` : '';
  const message = `${fromOf(tag)} names an image that begins with "${shownText(source.id)}", and so do ${images.length} images of ${streamText(source)}: ${listed}${more}; write more of the digest`;
  return { reason: 'SourceAmbiguous', message };
}

function notFound(message: string): TagFault {
  return { reason: 'SourceNotFound', message };
}

function thereText(seen: string, existing: readonly string[]): string {
  if (existing.length === 0) return '; the stream has no other tag';
  const meant = closest(seen, existing.slice(0, mostCompared).toReversed());
  const suggestion = meant === undefined ? '' : `; did you mean "${shownText(meant)}"?`;
  return `; the stream has ${listing(existing.map(shownText), mostListed)}${suggestion}`;
}

function fromOf(tag: string): string {
  const field = `${tagPath('spec', tag)}.from`;
  return isIndexLike(tag) ? `${field} of tag "${tag}"` : field;
}

function streamText({ namespace, stream }: StreamName): string {
  return `image stream "${shownText(stream)}" in namespace "${shownText(namespace)}"`;
}
