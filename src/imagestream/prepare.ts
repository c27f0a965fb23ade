import { lastAppliedAnnotation } from './annotations.ts';
import { mergeAppliedTags } from './applied-tags.ts';
import { nextGeneration } from './generations.ts';
import type { ImportMode } from './import-request.ts';
import { annotationOf, withOwnAnnotations } from './own-annotations.ts';
import { removedTags } from './removed-tags.ts';
import { readableSpec, readableStream, shapeProblem } from './shape.ts';
import { storedTag, type TagGenerations } from './tag-generation.ts';
import type { ImageStream, TagReference } from './types.ts';

/** A request to create or to change an ImageStream. */
export interface StreamRequest {
  /** As it was sent, not validated yet. */
  readonly next: ImageStream;
  /** As it is stored; undefined for a request that creates it. */
  readonly old: ImageStream | undefined;
  readonly namespace: string;
  /** Does the request come from `kubectl apply` without `--server-side`? */
  readonly clientSideApply: boolean;
  /** For tags that say no import mode. */
  readonly defaultMode: ImportMode;
}

/**
 * The stream as it is to be stored (image-streams.md §4.2, §4.3): tags merged for a client-side apply, with defaults and
 * generations; removed tags noted; the controller's annotations as they were. To say again what is stored changes nothing.
 *
 * Identical to `next` when there is nothing to change, and when its spec does not have the types of the schema or names a tag
 * twice: the API server refuses it in its own words then.
 */
export function prepareImageStream(request: StreamRequest): ImageStream {
  const { next, old } = request;
  if (shapeProblem(next.spec, 'spec') !== undefined) return next;
  const sent = next.spec?.tags ?? [];
  if (new Set(sent.map(({ name }) => name)).size < sent.length) return next;
  const tags = preparedTags(sent, request);
  const stream = tags === sent ? next : { ...next, spec: { ...next.spec, tags } };
  return withOwnAnnotations(stream, old, removedTags(tags, old));
}

function preparedTags(sent: readonly TagReference[], request: StreamRequest): readonly TagReference[] {
  const { old, namespace, clientSideApply, defaultMode } = request;
  const before = readableSpec(old)?.tags ?? [];
  const merged =
    clientSideApply && old !== undefined
      ? mergeAppliedTags(sent, before, annotationOf(old, lastAppliedAnnotation))
      : sent;
  let next: number | undefined;
  const generations: TagGenerations = {
    namespace,
    defaultMode,
    next: () => {
      next ??= nextGeneration(old && readableStream(old));
      return next;
    },
  };
  const stored = new Map(before.map((tag) => [tag.name, tag]));
  const tags = merged.map((tag) => storedTag(tag, stored.get(tag.name), generations));
  return tags.length === sent.length && tags.every((tag, index) => tag === sent[index]) ? sent : tags;
}
