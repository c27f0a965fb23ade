import type { AccessReviews } from '../cluster/index.ts';
import type { ImageStream } from '../imagestream/index.ts';
import { type Follower, type PreviewedImage, previewTriggers, triggersOf } from '../triggers/index.ts';
import type { FollowedTag } from './trigger-index.ts';
import type { ServedKind } from './trigger-kinds.ts';
import { tagAnswers } from './trigger-planner.ts';
import type { TrackedWorkloads, WorkloadName } from './trigger-workloads.ts';

export interface PreviewedWorkloadsOptions {
  /** As they would be. */
  readonly streams: { get(key: string): ImageStream | undefined };
  readonly workloads: Pick<TrackedWorkloads, 'get' | 'named' | 'index'>;
  readonly access: Pick<AccessReviews, 'allowed'>;
}

/** Which part of the workloads is looked at. */
export interface WorkloadPage {
  /** Most workloads looked at. */
  readonly limit: number;
  /** The last workload of the part before; undefined for the first part. */
  readonly after: string | undefined;
}

export interface PreviewedWorkloads {
  readonly images: readonly (PreviewedImage & { readonly apiVersion: string })[];
  /** Workloads that follow one of the tags and may not be seen, whatever would become of them. */
  readonly hidden: number;
  /** The last workload of this part, when there are more. */
  readonly next: string | undefined;
}

/**
 * What would become of the workloads that follow some tags.
 * @param visible may all workloads of a kind in a namespace be seen?
 * @throws ApiError when the API server cannot be asked
 */
export async function previewedWorkloads(
  options: PreviewedWorkloadsOptions,
  tags: readonly FollowedTag[],
  { limit, after }: WorkloadPage,
  visible: (kind: ServedKind, namespace: string) => Promise<boolean>,
): Promise<PreviewedWorkloads> {
  const { workloads } = options;
  const keys = followersOf(workloads, tags).filter((key) => after === undefined || key > after);
  const page = keys.slice(0, limit).flatMap((key) => workloads.named(key) ?? []);
  const places = new Map(page.map((name) => [placeOf(name), name]));
  const answers = await inBatches(places, ({ kind, namespace }) => visible(kind, namespace));
  const seen = page.filter((name) => answers.get(placeOf(name)) === true);
  const moving = new Set(tags.map(keyOf));
  const images = await inBatches(new Map(seen.map((name) => [name.key, name])), (name) =>
    previewed(options, name, moving),
  );
  return {
    images: [...images.values()].flat(),
    hidden: page.length - seen.length,
    next: keys.length > limit ? keys[limit - 1] : undefined,
  };
}

async function previewed(
  options: PreviewedWorkloadsOptions,
  name: WorkloadName,
  moving: ReadonlySet<string>,
): Promise<PreviewedWorkloads['images']> {
  const { namespace } = name;
  const { row: kind, apiVersion } = name.kind;
  const workload = options.workloads.get(name);
  if (workload === undefined) return [];
  const { triggers } = triggersOf(kind, namespace, workload);
  const answer = await tagAnswers(options, namespace, workload, triggers);
  const follower: Follower = { kind, namespace, name: name.name, workload, triggers };
  const images = previewTriggers(follower, answer, (trigger) => moving.has(keyOf(trigger)));
  return images.map((each) => ({ ...each, apiVersion }));
}

/** Keys of all workloads that follow one of the tags, in order. */
function followersOf(
  { index }: Pick<TrackedWorkloads, 'index'>,
  tags: readonly FollowedTag[],
): readonly string[] {
  const wanted = new Set(tags.map(keyOf));
  const keys = new Set<string>();
  for (const key of new Set(tags.map(({ namespace, stream }) => `${namespace}/${stream}`))) {
    for (const [tag, workloads] of index.followersOf(key)) {
      if (wanted.has(`${key}:${tag}`)) for (const each of workloads) keys.add(each);
    }
  }
  return [...keys].sort();
}

function placeOf({ kind, namespace }: WorkloadName): string {
  return `${kind.id}/${namespace}`;
}

function keyOf({ namespace, stream, tag }: FollowedTag): string {
  return `${namespace}/${stream}:${tag}`;
}

/** Questions to the API server at the same time. */
const batch = 16;

/** The answers stand in the order of the questions, whichever came first. */
async function inBatches<T, R>(
  asked: ReadonlyMap<string, T>,
  answer: (each: T) => Promise<R>,
): Promise<ReadonlyMap<string, R>> {
  const answers = new Map<string, R>();
  const all = [...asked];
  for (let first = 0; first < all.length; first += batch) {
    const part = all
      .slice(first, first + batch)
      .map(async ([key, each]) => [key, await answer(each)] as const);
    for (const [key, answered] of await Promise.all(part)) answers.set(key, answered);
  }
  return answers;
}
