import { type ImageStream, repointingFailure, type TagTarget } from '../imagestream/index.ts';
import { tagImage } from '../triggers/index.ts';
import { type MovedStreamsOptions, movedStreams } from './moved-streams.ts';
import {
  type PreviewedWorkloads,
  type PreviewedWorkloadsOptions,
  previewedWorkloads,
  type WorkloadPage,
} from './previewed-workloads.ts';
import { type StreamName, streamName } from './stream-name.ts';
import type { FollowedTag } from './trigger-index.ts';
import type { ServedKind } from './trigger-kinds.ts';

export type TriggerPreviewsOptions = MovedStreamsOptions & PreviewedWorkloadsOptions;

/** Whoever wants to know, and what he may see; both reject with an ApiError when the API server cannot be asked. */
export interface Viewer {
  maySeeStream(namespace: string, name: string): Promise<boolean>;
  /** All of that kind there. */
  maySeeWorkloads(kind: ServedKind, namespace: string): Promise<boolean>;
}

/** What is asked: a tag, where it would point to, and which part of the answer. */
export interface PreviewQuestion extends FollowedTag, WorkloadPage {
  readonly target: TagTarget;
}

/** A tag that would move. */
export interface PreviewedTag extends FollowedTag {
  /** Pull spec; undefined when it has none. */
  readonly from: string | undefined;
  readonly to: string;
}

export interface TriggerPreview extends PreviewedWorkloads {
  /** The tag that was asked about first, then those that follow it. */
  readonly tags: readonly PreviewedTag[];
}

export type PreviewResult =
  | { readonly kind: 'Preview'; readonly preview: TriggerPreview }
  | { readonly kind: 'NoStream' | 'NoImage' }
  /** The tag cannot point there; why. */
  | { readonly kind: 'Unusable'; readonly why: string };

/**
 * What would become of the cluster's workloads if a tag pointed elsewhere: decided by the very functions that decide it when the tag
 * moves, over the same memory. Every process can tell, whether it leads or not. Nothing is written, and nothing told that the
 * viewer may not see.
 *
 * @throws ApiError when the API server cannot be asked
 */
export async function previewMove(
  options: TriggerPreviewsOptions,
  question: PreviewQuestion,
  viewer: Viewer,
): Promise<PreviewResult> {
  const { namespace, tag, target } = question;
  const stream = streamName(`${namespace}/${question.stream}`);
  const present = options.streams.get(stream.key);
  if (present === undefined) return { kind: 'NoStream' };
  if (target.kind === 'Tag' && tagImage(present, target.tag) === undefined) return { kind: 'NoImage' };
  const moved = await movedStreams(options, { stream, tag, target }, (each) =>
    viewer.maySeeStream(each.namespace, each.name),
  );
  const why = repointingFailure(moved.get(stream.key) ?? present, tag);
  if (why !== undefined) return { kind: 'Unusable', why };
  const tags = movedTags(options, moved, stream, tag);
  const streams = { get: (key: string) => moved.get(key) ?? options.streams.get(key) };
  const workloads = await previewedWorkloads({ ...options, streams }, tags, question, (kind, where) =>
    viewer.maySeeWorkloads(kind, where),
  );
  return { kind: 'Preview', preview: { tags, ...workloads } };
}

/** The tag in question always, others where their image is another one. */
function movedTags(
  { streams }: TriggerPreviewsOptions,
  moved: ReadonlyMap<string, ImageStream>,
  first: StreamName,
  tag: string,
): readonly PreviewedTag[] {
  return Array.from(moved).flatMap(([key, after]) => {
    const before = streams.get(key);
    const { namespace, name } = streamName(key);
    const names = (after.status?.tags ?? []).map((list) => list.tag);
    const ordered = key === first.key ? [tag, ...names.filter((each) => each !== tag)] : names;
    return ordered.flatMap((each): readonly PreviewedTag[] => {
      const [from, to] = [tagImage(before, each), tagImage(after, each)];
      if (to === undefined || (from === to && !(key === first.key && each === tag))) return [];
      return [{ namespace, stream: name, tag: each, from, to }];
    });
  });
}
