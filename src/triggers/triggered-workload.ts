import {
  annotationText,
  isControlled,
  isJob,
  isPod,
  type KubernetesObject,
  valueAt,
  type WorkloadKind,
} from '../workloads/index.ts';
import { triggersAnnotation } from './annotation.ts';
import { type ContainerPlace, containersOf } from './containers.ts';
import { ownsImages } from './image-owner.ts';
import { jobPhase } from './job-phase.ts';
import {
  fireAnnotation,
  heldAnnotation,
  onChangeAnnotation,
  triggerStatusAnnotation,
} from './trigger-annotations.ts';
import type { JobState } from './unchangeable.ts';

/** What is kept in memory of a workload that has triggers: strings and flags, and nothing of the object itself. */
export interface TriggeredWorkload {
  readonly uid: string;
  readonly resourceVersion: string;
  /** Texts of the annotations, as they stand. */
  readonly triggers: string;
  readonly status: string | undefined;
  readonly held: string | undefined;
  readonly fire: string | undefined;
  /** Init containers, then containers. */
  readonly containers: readonly ContainerPlace[];
  /** The account that its pods run as. */
  readonly serviceAccount: string;
  /** Of a pod that ends by itself no image is changed. */
  readonly restarts: boolean;
  /** The field manager that was asked about owns an image: the next apply of whoever wrote the manifest would conflict. */
  readonly ownsImages: boolean;
  /** Of a Job that asks to be made anew. */
  readonly job?: JobState;
}

/**
 * Projects an object as the API server sends it. Undefined for what no trigger acts on: without the annotation, made and
 * kept by another controller (which copies annotations from a Deployment to its ReplicaSets), being deleted, or a pod that
 * has ended.
 *
 * @param manager the field manager whose ownership matters
 */
export function triggeredWorkload(
  kind: WorkloadKind,
  object: KubernetesObject,
  manager: string,
): TriggeredWorkload | undefined {
  const text = (...path: readonly string[]) => {
    const value = valueAt(object, path);
    return typeof value === 'string' ? value : undefined;
  };
  const annotation = (key: string) => annotationText(object, key);
  const triggers = annotation(triggersAnnotation);
  if (triggers === undefined || isControlled(object)) return undefined;
  if (text('metadata', 'deletionTimestamp') !== undefined || hasEnded(kind, object)) return undefined;
  return {
    uid: text('metadata', 'uid') ?? '',
    resourceVersion: text('metadata', 'resourceVersion') ?? '',
    triggers,
    status: annotation(triggerStatusAnnotation),
    held: annotation(heldAnnotation),
    fire: annotation(fireAnnotation) || undefined,
    containers: containersOf(kind, object).map(({ list, index, name, image }) => ({
      list,
      index,
      name,
      image,
    })),
    serviceAccount: text(...kind.podSpecPath, 'serviceAccountName') || 'default',
    restarts: (text(...kind.podSpecPath, 'restartPolicy') ?? 'Always') === 'Always',
    ownsImages: ownsImages(kind, object, manager),
    ...jobState(kind, object, annotation(onChangeAnnotation)),
  };
}

function jobState(
  kind: WorkloadKind,
  object: KubernetesObject,
  onChange: string | undefined,
): { readonly job?: JobState } {
  return onChange === undefined || !isJob(kind) ? {} : { job: { onChange, phase: jobPhase(object) } };
}

/** The object as far as its triggers look at it. */
export function outlineOf(
  { podSpecPath }: WorkloadKind,
  { triggers, containers }: TriggeredWorkload,
): KubernetesObject {
  const inList = (list: string) =>
    containers.filter((place) => place.list === list).map(({ name, image }) => ({ name, image }));
  const podSpec = { initContainers: inList('initContainers'), containers: inList('containers') };
  const body = podSpecPath.reduceRight<object>((inner, field) => ({ [field]: inner }), podSpec);
  return { ...body, metadata: { annotations: { [triggersAnnotation]: triggers } } };
}

/** Is there nothing new for triggers, whatever else of the object changed? */
export function sameTriggeredWorkload(one: TriggeredWorkload, other: TriggeredWorkload): boolean {
  return (
    one.uid === other.uid &&
    one.triggers === other.triggers &&
    one.status === other.status &&
    one.held === other.held &&
    one.fire === other.fire &&
    one.serviceAccount === other.serviceAccount &&
    one.ownsImages === other.ownsImages &&
    one.job?.onChange === other.job?.onChange &&
    one.job?.phase === other.job?.phase &&
    one.containers.length === other.containers.length &&
    one.containers.every((place, index) => isSamePlace(place, other.containers[index]))
  );
}

function isSamePlace(one: ContainerPlace, other: ContainerPlace | undefined): boolean {
  return one.list === other?.list && one.name === other.name && one.image === other.image;
}

function hasEnded(kind: WorkloadKind, object: KubernetesObject): boolean {
  const phase = isPod(kind) ? valueAt(object, ['status', 'phase']) : undefined;
  return phase === 'Succeeded' || phase === 'Failed';
}
