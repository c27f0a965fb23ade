import type { ImageStream } from '../../src/imagestream/index.ts';
import { cronJob, emptyDeployment } from '../idle-workloads.ts';
import { storedStream } from '../import/streams.ts';

/** Streams of a namespace, and workloads: each follows the first tag of one stream. */
export const perNamespace = 10;
/** The tag that workloads follow. */
export const followed = 'tag-0';

export function teamOf(index: number): string {
  return `team-${index}`;
}

export function streamOf(index: number): string {
  return `application-${index}`;
}

/** An image stream as its controller has left it, with ten tags that are not scheduled. */
export function teamStream(team: number, index: number): ImageStream {
  const stream = storedStream('registry.example.com', index);
  const tags = (stream.spec?.tags ?? []).map((tag) => ({
    ...tag,
    importPolicy: { importMode: 'PreserveOriginal' as const },
  }));
  return {
    ...stream,
    metadata: { ...stream.metadata, namespace: teamOf(team) },
    spec: { ...stream.spec, tags },
  };
}

/** The same once its first tag has moved. */
export function moved(stream: ImageStream, number: number): ImageStream {
  const image = `sha256:${String(number).padStart(64, 'b')}`;
  const tags = (stream.status?.tags ?? []).map((list) => {
    const [head] = list.items ?? [];
    if (list.tag !== followed || head === undefined) return list;
    const repository = (head.dockerImageReference ?? '').split('@')[0];
    const entry = { ...head, image, dockerImageReference: `${repository}@${image}` };
    return { ...list, items: [entry, ...(list.items ?? [])] };
  });
  return { ...stream, status: { ...stream.status, tags } };
}

/** Turn by turn a Deployment without replicas and a suspended CronJob, with a pod template of 3 kB. */
export function workload(index: number): {
  readonly kind: 'Deployment' | 'CronJob';
  readonly object: object;
} {
  const follower = { name: `workload-${index}`, follows: `${streamOf(index)}:${followed}` };
  return index % 2 === 0
    ? { kind: 'Deployment', object: emptyDeployment(follower) }
    : { kind: 'CronJob', object: cronJob(follower) };
}
