import {
  type PlanInput,
  planTriggers,
  type TagAnswer,
  type TriggeredWorkload,
  type TriggerPlan,
  triggeredWorkload,
  triggersAnnotation,
  triggersOf,
} from '../../src/triggers/index.ts';
import type { KubernetesObject, WorkloadKind } from '../../src/workloads/index.ts';
import { deployment } from './fixtures.ts';

/** The field manager whose ownership of images matters. */
export const manager = 'imagestreams-controller';

export const time = '2026-01-01T12:00:00.000Z';

const untouched = { ownerReferences: null };

/** An object whose containers have these images, as the API server sends it. */
export function followingObject(
  kind: WorkloadKind,
  triggers: string,
  images: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
  podSpec: object = {},
): KubernetesObject {
  const containers = Object.entries(images).map(([name, image]) => ({ name, image }));
  const body = kind.podSpecPath.reduceRight<object>((inner, field) => ({ [field]: inner }), {
    containers,
    ...podSpec,
  });
  return {
    ...body,
    kind: kind.kind,
    metadata: {
      ...untouched,
      ...{ name: 'shop', namespace: 'shop', uid: 'u1', resourceVersion: '7' },
      annotations: { [triggersAnnotation]: triggers, ...annotations },
    },
  } as KubernetesObject;
}

export function following(
  triggers: string,
  images: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>> = {},
  { kind = deployment, podSpec = {} }: { readonly kind?: WorkloadKind; readonly podSpec?: object } = {},
): TriggeredWorkload {
  const object = followingObject(kind, triggers, images, annotations, podSpec);
  const workload = triggeredWorkload(kind, object, manager);
  if (workload === undefined) throw new Error('no workload with triggers');
  return workload;
}

/** What tags give: a pull spec, or another kind of answer. */
export type Tags = Readonly<Record<string, string | Exclude<TagAnswer['kind'], 'Image'>>>;

export function answerFrom(tags: Tags): PlanInput['answer'] {
  return ({ namespace, stream, tag }) => {
    const answer = tags[`${namespace}/${stream}:${tag}`] ?? 'NoImage';
    if (answer === 'NoImage' || answer === 'NotAllowed' || answer === 'Unknown') return { kind: answer };
    return { kind: 'Image', image: answer };
  };
}

export function planFor(workload: TriggeredWorkload, tags: Tags, rest: Partial<PlanInput> = {}): TriggerPlan {
  const kind = rest.kind ?? deployment;
  const { triggers } = triggersOf(kind, 'shop', workload);
  return planTriggers({
    kind,
    namespace: 'shop',
    workload,
    triggers,
    answer: answerFrom(tags),
    time,
    ...rest,
  });
}

/** The object after the plan was written and its images set. */
export function carriedOut(workload: TriggeredWorkload, plan: TriggerPlan): TriggeredWorkload {
  if (!plan.write) return workload;
  return {
    ...workload,
    status: plan.status,
    containers: workload.containers.map((place) => {
      const image = plan.images.find(({ container }) => container.name === place.name)?.to;
      return image === undefined ? place : { ...place, image };
    }),
  };
}
