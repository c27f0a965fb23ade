import type { WorkloadKind } from '../workloads/index.ts';
import { planTriggers, type RestReason, type TagAnswer } from './plan-triggers.ts';
import type { Trigger } from './trigger.ts';
import type { TriggeredWorkload } from './triggered-workload.ts';
import { triggersOf } from './workload-triggers.ts';

/** A workload that follows a tag. */
export interface Follower {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly workload: TriggeredWorkload;
}

/** What would become of one container. */
export interface PreviewedImage {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
  /** `[NAMESPACE/]STREAM:TAG`. */
  readonly tag: string;
  readonly from: string;
  readonly to: string;
  /** `Moves`, or why it would stay. */
  readonly effect: 'Moves' | RestReason;
}

/**
 * Which containers would get another image if tags gave other answers than now; nothing is changed. Containers that have the image
 * already are not among them.
 *
 * @param answer what each trigger's tag would give
 */
export function previewTriggers(
  followers: Iterable<Follower>,
  answer: (trigger: Trigger, follower: Follower) => TagAnswer,
): readonly PreviewedImage[] {
  const previewed: PreviewedImage[] = [];
  for (const follower of followers) {
    const { kind, namespace, name, workload } = follower;
    const { images, resting } = planTriggers({
      kind,
      namespace,
      workload,
      triggers: triggersOf(kind, namespace, workload).triggers,
      answer: (trigger) => answer(trigger, follower),
      time: '',
    });
    const named = { kind: kind.kind, namespace, name };
    for (const { container, tag, from, to } of images) {
      previewed.push({ ...named, container: container.name, tag, from, to, effect: 'Moves' });
    }
    for (const { container, tag, from, to, reason } of resting) {
      previewed.push({ ...named, container: container.name, tag, from, to, effect: reason });
    }
  }
  return previewed;
}
