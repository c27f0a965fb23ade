import type { ImageStream } from '../../src/imagestream/index.ts';
import type { Follower } from '../idle-workloads.ts';

export const namespace = 'trigger-bench';
export const streamName = 'application';
export const mostFollowers = 1_000;
/** How many workloads follow each of the tags that move. */
export const followers: readonly number[] = [10, 100, mostFollowers];
/** Followed by all other workloads; it stays where it is. */
const restTag = 'followed-by-the-rest';
/** On each workload, with its tag. */
export const tagLabel = 'bench.imagestreams.io/tag';

export function tagFollowedBy(count: number): string {
  return `followed-by-${count}`;
}

/** The tag that a workload of the cluster follows; the first 1,110 follow those that move. */
export function tagOf(index: number): string {
  let end = 0;
  for (const count of followers) {
    end += count;
    if (index < end) return tagFollowedBy(count);
  }
  return restTag;
}

/** A pull spec that is told apart from others by its number. */
export function image(tag: string, number: number): string {
  return `quay.io/bench/${tag}@sha256:${String(number).padStart(64, '0')}`;
}

/** The stream as its controller has left it; each tag points to the image of its number. */
export function storedStream(numbers: ReadonlyMap<string, number>): ImageStream {
  const tags = [...followers.map(tagFollowedBy), restTag];
  const created = '2026-11-23T08:00:00Z';
  return {
    apiVersion: 'image.openshift.io/v1stored',
    kind: 'ImageStream',
    metadata: { name: streamName, namespace },
    spec: {
      tags: tags.map((name) => ({
        name,
        from: { kind: 'DockerImage', name: `quay.io/bench/${name}:latest` },
        generation: 1,
        importPolicy: { importMode: 'PreserveOriginal' },
        referencePolicy: { type: 'Source' },
      })),
    },
    status: {
      tags: tags.map((tag) => {
        const dockerImageReference = image(tag, numbers.get(tag) ?? 0);
        const digest = dockerImageReference.split('@')[1] ?? '';
        return { tag, items: [{ created, dockerImageReference, image: digest, generation: 1 }] };
      }),
    },
  };
}

/** A workload of the cluster, the image that it has, and its tag in a label. */
export function followerOf(index: number, image?: string): Follower {
  const tag = tagOf(index);
  return {
    ...{ name: `workload-${index}`, namespace, labels: { [tagLabel]: tag } },
    ...{ follows: `${streamName}:${tag}`, image },
  };
}
