import { annotationText, isJob, type KubernetesObject, type WorkloadKind } from '../workloads/index.ts';
import { containersOf } from './containers.ts';
import { diagnoseTriggers } from './diagnose.ts';
import { decodeHeld, type Held } from './held.ts';
import { decodeOnChange } from './on-change.ts';
import type { Trigger } from './trigger.ts';
import {
  fireAnnotation,
  heldAnnotation,
  onChangeAnnotation,
  onExplicitImageAnnotation,
  releaseAnnotation,
  triggerStatusAnnotation,
} from './trigger-annotations.ts';
import { decodeTriggerStatus, type TriggerStatus } from './trigger-status.ts';

/** One side of a write, as far as triggers look at it: the object as it was sent, or as it was stored before. */
export interface TriggerState {
  /** Image by container; of several of one name the first counts, init containers first. */
  readonly images: ReadonlyMap<string, string>;
  /** Usable triggers by container, in the order of the annotation. */
  readonly triggers: ReadonlyMap<string, readonly Trigger[]>;
  readonly status: TriggerStatus;
  /** Text of the annotation; undefined when absent. */
  readonly statusText: string | undefined;
  readonly held: Held;
  /** Undefined when absent or empty. */
  readonly fire: string | undefined;
  readonly release: string | undefined;
  /** An image that is set on purpose gives way to the tag's. */
  readonly follows: boolean;
  /** A Job, which the controller may make anew where its images cannot change. */
  readonly remade: boolean;
}

/** Reads an object of that namespace. Never throws. */
export function triggerStateOf(
  kind: WorkloadKind,
  object: KubernetesObject,
  namespace: string,
): TriggerState {
  const text = (key: string) => annotationText(object, key);
  const images = new Map<string, string>();
  for (const { name, image } of containersOf(kind, object)) if (!images.has(name)) images.set(name, image);
  const { triggers } = diagnoseTriggers({ kind, object, namespace });
  const statusText = text(triggerStatusAnnotation);
  return {
    images,
    triggers: Map.groupBy(triggers, ({ container }) => container.name),
    status: decodeTriggerStatus(statusText),
    statusText,
    held: decodeHeld(text(heldAnnotation)),
    fire: text(fireAnnotation) || undefined,
    release: text(releaseAnnotation) || undefined,
    follows: text(onExplicitImageAnnotation) === 'follow',
    remade: isJob(kind) && decodeOnChange(text(onChangeAnnotation) ?? '').phases.size > 0,
  };
}
