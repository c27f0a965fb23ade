import { isJob, isPod, type WorkloadKind } from '../workloads/index.ts';
import { followedTag, planTriggers, type RestingImage, type TagAnswer } from './plan-triggers.ts';
import { pullNotAllowed, pullUnknown } from './puller.ts';
import type { Trigger, TriggerContainer } from './trigger.ts';
import type { TriggeredWorkload } from './triggered-workload.ts';

/** A workload that follows a tag. */
export interface Follower {
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
  readonly workload: TriggeredWorkload;
  /** Of the workload. */
  readonly triggers: readonly Trigger[];
}

/**
 * What a new image does to a workload: its pods are replaced (`RollsOut`), only what is made from now on has it (`TemplateChanges`), the
 * container of a pod starts again (`Restarts`), or a Job is deleted and made anew (`Recreates`).
 */
export type MoveEffect = 'RollsOut' | 'TemplateChanges' | 'Restarts' | 'Recreates';

/** What would become of one container. */
export interface PreviewedImage {
  readonly follower: Follower;
  readonly container: TriggerContainer;
  /** `[NAMESPACE/]STREAM:TAG`. */
  readonly tag: string;
  /** As it stands; empty when absent. */
  readonly from: string;
  readonly outcome:
    | { readonly kind: 'Moves'; readonly to: string; readonly effect: MoveEffect }
    | { readonly kind: 'Rests'; readonly resting: RestingImage }
    /** The workload's account may not pull there, or nobody could be asked; `message` says what to do. */
    | { readonly kind: 'NotAllowed' | 'Unknown'; readonly message: string };
}

/**
 * Which containers of a workload would get another image if tags gave other answers than now; nothing is changed. Containers that
 * have the image already are not among them.
 *
 * @param answer what each trigger's tag would give
 * @param moves the tags that this is about; images of others are left out
 */
export function previewTriggers(
  follower: Follower,
  answer: (trigger: Trigger) => TagAnswer,
  moves: (trigger: Trigger) => boolean,
): readonly PreviewedImage[] {
  const { kind, namespace, workload, triggers } = follower;
  const { images, resting, failed } = planTriggers({ kind, namespace, workload, triggers, answer, time: '' });
  const moving = new Set(
    triggers.filter(moves).map((trigger) => placeOf(trigger.container, followedTag(trigger))),
  );
  const concerns = ({ container, tag }: { readonly container: TriggerContainer; readonly tag: string }) =>
    moving.has(placeOf(container, tag));
  const puller = { namespace, serviceAccount: workload.serviceAccount };
  return [
    ...images.filter(concerns).map(({ container, tag, from, to }): PreviewedImage => {
      return { follower, container, tag, from, outcome: { kind: 'Moves', to, effect: effectOn(kind) } };
    }),
    ...resting.filter(concerns).map((each): PreviewedImage => {
      const { container, tag, from } = each;
      return { follower, container, tag, from, outcome: { kind: 'Rests', resting: each } };
    }),
    ...failed.flatMap(({ trigger, kind: why }): readonly PreviewedImage[] => {
      if (why === 'NoImage' || !moves(trigger)) return [];
      const { message } =
        why === 'NotAllowed' ? pullNotAllowed(trigger, puller) : pullUnknown(trigger, puller);
      const { container, image: from } = trigger;
      return [{ follower, container, tag: followedTag(trigger), from, outcome: { kind: why, message } }];
    }),
  ];
}

const rollingOut = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

function effectOn(kind: WorkloadKind): MoveEffect {
  if (isPod(kind)) return 'Restarts';
  if (isJob(kind)) return 'Recreates';
  return rollingOut.has(kind.kind) ? 'RollsOut' : 'TemplateChanges';
}

function placeOf({ list, index }: TriggerContainer, tag: string): string {
  return `${list}[${index}] ${tag}`;
}
