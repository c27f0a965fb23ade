import { type KubernetesObject, type ObjectMeta, valueAt } from '../workloads/index.ts';
import type { PlannedImage, TriggerPlan } from './plan-triggers.ts';
import { triggerStatusAnnotation } from './trigger-annotations.ts';

/** What Kubernetes puts down itself of a Job's pods, by its uid and its name. */
const generatedLabels = [
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'controller-uid',
  'job-name',
];

/** Put down by the API server (Kubernetes 1.22 to 1.26), and by nobody else. */
const generatedAnnotations = ['batch.kubernetes.io/job-tracking'];

/** Finalizers that say how a deletion goes on. */
const deletionFinalizers = ['foregroundDeletion', 'orphan'];

/**
 * The manifest of the Job that takes the place of one that is stored: the same name, labels, annotations, owners, finalizers and spec,
 * with the images and the trigger-status of a plan, and without what the API server or the Job controller generated.
 */
export function recreatedJob(
  job: KubernetesObject,
  { images, status }: Pick<TriggerPlan, 'images' | 'status'>,
): KubernetesObject {
  const { apiVersion, kind, metadata } = job;
  const isManual = valueAt(job, ['spec', 'manualSelector']) === true;
  const { selector, ...spec } = structuredClone(valueAt(job, ['spec'])) as Spec;
  const templateMetadata = spec.template.metadata ?? {};
  const own = isManual ? spec.template : unlabelled(spec.template, templateMetadata);
  const template = { ...own, spec: withImages(spec.template.spec, images) };
  return {
    ...defined({ apiVersion, kind }),
    metadata: metadataOf(metadata ?? {}, isManual ? undefined : (templateMetadata.labels ?? {}), status),
    spec: { ...spec, template, ...(isManual ? { selector } : {}) },
  };
}

interface Spec {
  readonly selector?: unknown;
  readonly template: Template;
}

interface Template {
  readonly metadata?: { readonly labels?: Labels | null };
  readonly spec: PodSpec;
}

type Labels = Readonly<Record<string, string>>;
type PodSpec = Readonly<Record<string, unknown>>;

/** @param templateLabels undefined where the selector was chosen by hand, and so were all labels */
function metadataOf(
  metadata: ObjectMeta,
  templateLabels: Labels | undefined,
  status: string | undefined,
): ObjectMeta {
  const { name, generateName, namespace, labels, annotations, ownerReferences, finalizers } =
    metadata as ObjectMeta & { readonly labels?: Labels; readonly finalizers?: readonly string[] };
  const told = { ...annotations };
  for (const key of generatedAnnotations) delete told[key];
  delete told[triggerStatusAnnotation];
  if (status !== undefined) told[triggerStatusAnnotation] = status;
  return defined({
    ...{ name, generateName, namespace, ownerReferences },
    labels: templateLabels === undefined ? labels : ownLabels(labels ?? {}, templateLabels),
    annotations: nonEmpty(told),
    finalizers: finalizers?.filter((each) => !deletionFinalizers.includes(each)),
  });
}

/** A Job that has none of its own has those of its template, generated ones included; they come again by themselves. */
function ownLabels(labels: Labels, templateLabels: Labels): Labels | undefined {
  const isOfTemplate =
    generatedLabels.some((key) => Object.hasOwn(labels, key)) &&
    Object.entries(labels).every(([key, value]) => templateLabels[key] === value);
  return isOfTemplate ? undefined : nonEmpty(without(labels, generatedLabels));
}

function unlabelled(template: Template, metadata: NonNullable<Template['metadata']>): Template {
  const { labels, ...others } = metadata;
  const kept = nonEmpty(without(labels ?? {}, generatedLabels));
  return { ...template, metadata: { ...others, ...(kept === undefined ? {} : { labels: kept }) } };
}

function withImages(podSpec: PodSpec, images: readonly PlannedImage[]): PodSpec {
  const lists = Map.groupBy(images, ({ container }) => container.list);
  const changed = Array.from(lists, ([list, planned]) => {
    const containers = podSpec[list] as readonly object[];
    const imageAt = (at: number) => planned.find(({ container }) => container.index === at)?.to;
    return [list, containers.map((each, at) => ({ ...each, ...defined({ image: imageAt(at) }) }))];
  });
  return { ...podSpec, ...Object.fromEntries(changed) };
}

function without(labels: Labels, keys: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !keys.includes(key)));
}

function nonEmpty(labels: Labels): Labels | undefined {
  return Object.keys(labels).length === 0 ? undefined : labels;
}

function defined(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
