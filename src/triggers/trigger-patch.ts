import { triggersAnnotation } from './annotation.ts';
import type { PlannedImage, TriggerPlan } from './plan-triggers.ts';
import { heldAnnotation, triggerStatusAnnotation } from './trigger-annotations.ts';
import type { TriggeredWorkload } from './triggered-workload.ts';

/** JSON Patch (RFC 6902), as far as it is used here. */
export type TriggerPatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * Asks for a plan's images: changes trigger-status and nothing else, for admission to set the images in the same request. It holds
 * only for the annotations and images that were seen; the resource version is not among them, as a rollout changes it all the
 * time.
 */
export function statusPatch(
  workload: TriggeredWorkload,
  plan: TriggerPlan,
): readonly TriggerPatchOperation[] {
  const path = annotationPointer(triggerStatusAnnotation);
  const tests = testsOf(workload, plan.images);
  if (plan.status !== undefined) return [...tests, { op: 'add', path, value: plan.status }];
  return workload.status === undefined ? tests : [...tests, { op: 'remove', path }];
}

/** The same, and sets the images as well: where it is known that admission does not. */
export function wholePatch(workload: TriggeredWorkload, plan: TriggerPlan): readonly TriggerPatchOperation[] {
  return [...statusPatch(workload, plan), ...plan.images.map(setImage)];
}

/** Sets images where admission did not. Under the same conditions, with trigger-status as it was just written. */
export function imagesPatch(
  workload: TriggeredWorkload,
  images: readonly PlannedImage[],
): readonly TriggerPatchOperation[] {
  return [...testsOf(workload, images), ...images.map(setImage)];
}

/** Makes a patch hold for one version of the object only, as conditions do not: for another the API server answers `Conflict`. */
export function inVersion(
  patch: readonly TriggerPatchOperation[],
  resourceVersion: string,
): readonly TriggerPatchOperation[] {
  const guard = { op: 'replace' as const, path: '/metadata/resourceVersion', value: resourceVersion };
  return [guard, ...patch.filter(({ op }) => op !== 'test')];
}

/** Takes an entry out of `metadata.managedFields`, if it is still that manager's. */
export function disownPatch(index: number, manager: string): readonly TriggerPatchOperation[] {
  const path = `/metadata/managedFields/${index}`;
  return [
    { op: 'test', path: `${path}/manager`, value: manager },
    { op: 'test', path: `${path}/operation`, value: 'Update' },
    { op: 'remove', path },
  ];
}

function setImage({ pointer, to }: PlannedImage): TriggerPatchOperation {
  return { op: 'add', path: pointer, value: to };
}

function testsOf(
  { triggers, held, status }: TriggeredWorkload,
  images: readonly PlannedImage[],
): readonly TriggerPatchOperation[] {
  return [
    testAnnotation(triggersAnnotation, triggers),
    testAnnotation(heldAnnotation, held),
    testAnnotation(triggerStatusAnnotation, status),
    ...images.flatMap(({ pointer, container, from }) => [
      ...testText(pointer.replace(/\/image$/, '/name'), container.name),
      ...testText(pointer, from),
    ]),
  ];
}

/** A text that is empty may be absent as well: some custom resources let a container have no name. */
function testText(path: string, value: string): readonly TriggerPatchOperation[] {
  return value === '' ? [] : [{ op: 'test', path, value }];
}

/** The API server takes null for "not there". */
function testAnnotation(key: string, value: string | undefined): TriggerPatchOperation {
  return { op: 'test', path: annotationPointer(key), value: value ?? null };
}

function annotationPointer(key: string): string {
  return `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
