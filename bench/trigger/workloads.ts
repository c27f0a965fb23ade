import type { ImageStream } from '../../src/imagestream/index.ts';
import { triggersAnnotation } from '../../src/triggers/index.ts';
import { deployment } from '../admission/reviews.ts';

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

/** A pod template of 3 kB with two containers, of which one follows a tag. */
const { spec: template } = deployment(0).spec.template;

/**
 * A CronJob that never runs. No controller does more about it than look at it, so that what is measured is this project's work
 * and the API server's, not that of rollouts.
 */
export function cronJob(index: number) {
  const podSpec = { ...withImage(' '), restartPolicy: 'Never' };
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadata(index, 'spec.jobTemplate.spec.template.spec'),
    spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: { template: { spec: podSpec } } } },
  };
}

/** A Deployment without replicas, for which its controllers make a ReplicaSet at each change of its image. */
export function emptyDeployment(index: number, present = ' ') {
  const labels = { app: `workload-${index}` };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(index, 'spec.template.spec'),
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: withImage(present) },
    },
  };
}

function metadata(index: number, podSpec: string) {
  const tag = tagOf(index);
  const from = { kind: 'ImageStreamTag', name: `${streamName}:${tag}` };
  const triggers = [{ from, fieldPath: `${podSpec}.containers[?(@.name=="web")].image` }];
  return {
    name: `workload-${index}`,
    namespace,
    labels: { [tagLabel]: tag },
    annotations: { [triggersAnnotation]: JSON.stringify(triggers) },
  };
}

function withImage(present: string) {
  const containers = template.containers.map((each) =>
    each.name === 'web' ? { ...each, image: present } : each,
  );
  return { ...template, containers };
}
