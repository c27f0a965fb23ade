import { nextGeneration } from './generations.ts';
import { addTagEvent } from './history.ts';
import { failureOf } from './tag-status.ts';
import type { ImageStream } from './types.ts';

/** Where a tag could point to: wherever another tag of the stream does, or an image by its digest. */
export type TagTarget =
  | { readonly kind: 'Tag'; readonly tag: string }
  | { readonly kind: 'Image'; readonly pullSpec: string; readonly digest: string };

/**
 * The stream as it would be right after somebody let a tag point elsewhere, and before other tags follow. A tag that is not there
 * is added. Nothing of the tag but its source changes.
 * @param time RFC 3339
 */
export function repointed(stream: ImageStream, tag: string, target: TagTarget, time: string): ImageStream {
  const generation = nextGeneration(stream);
  const from =
    target.kind === 'Tag'
      ? { kind: 'ImageStreamTag', name: target.tag }
      : { kind: 'DockerImage', name: target.pullSpec };
  const tags = stream.spec?.tags ?? [];
  const present = tags.find(({ name }) => name === tag) ?? { name: tag };
  const spec = {
    ...stream.spec,
    tags: [...tags.filter(({ name }) => name !== tag), { ...present, from, generation }],
  };
  if (target.kind === 'Tag') return { ...stream, spec };
  const histories = stream.status?.tags ?? [];
  const event = {
    ...{ created: time, generation },
    ...{ dockerImageReference: target.pullSpec, image: target.digest },
  };
  const { list } = addTagEvent(
    histories.find((each) => each.tag === tag),
    tag,
    event,
  );
  return {
    ...stream,
    spec,
    status: { ...stream.status, tags: [...histories.filter((each) => each.tag !== tag), list] },
  };
}

/** Why a tag of a stream that was {@link repointed} and settled does not point there; undefined when it does. */
export function repointingFailure({ status }: ImageStream, tag: string): string | undefined {
  return failureOf(status?.tags?.find((list) => list.tag === tag))?.message;
}
