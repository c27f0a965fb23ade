import type { ImageStream } from '../../src/imagestream/index.ts';
import { triggersAnnotation } from '../../src/triggers/index.ts';
import { deployment } from '../admission/reviews.ts';
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

const { spec } = deployment(0).spec.template;
const template = {
  ...spec,
  containers: spec.containers.map((each) => (each.name === 'web' ? { ...each, image: ' ' } : each)),
};

/** Turn by turn a Deployment without replicas and a suspended CronJob, with a pod template of 3 kB. */
export function workload(index: number): {
  readonly kind: 'Deployment' | 'CronJob';
  readonly object: object;
} {
  const labels = { app: `workload-${index}` };
  if (index % 2 === 0) {
    return {
      kind: 'Deployment',
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: metadata(index, 'spec.template.spec'),
        spec: {
          replicas: 0,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: template },
        },
      },
    };
  }
  const podSpec = { ...template, restartPolicy: 'Never' };
  return {
    kind: 'CronJob',
    object: {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: metadata(index, 'spec.jobTemplate.spec.template.spec'),
      spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: { template: { spec: podSpec } } } },
    },
  };
}

function metadata(index: number, podSpec: string) {
  const from = { kind: 'ImageStreamTag', name: `${streamOf(index)}:${followed}` };
  const triggers = [{ from, fieldPath: `${podSpec}.containers[?(@.name=="web")].image` }];
  return { name: `workload-${index}`, annotations: { [triggersAnnotation]: JSON.stringify(triggers) } };
}
