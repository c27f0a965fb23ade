import type { AccessReviews, Clock } from '../cluster/index.ts';
import type { ImageStream } from '../imagestream/index.ts';
import {
  type Diagnosis,
  type PlannedImage,
  planTriggers,
  type TagAnswer,
  type Trigger,
  type TriggeredWorkload,
  type TriggerPlan,
  tagImage,
  triggersOf,
} from '../triggers/index.ts';
import { mayPull } from './trigger-access.ts';
import type { TriggerMemory } from './trigger-memory.ts';
import type { WorkloadName } from './trigger-workloads.ts';

export interface TriggerPlannerOptions {
  readonly streams: { get(key: string): ImageStream | undefined };
  readonly access: Pick<AccessReviews, 'allowed'>;
  readonly clock: Clock;
}

/** A plan, and what it was made of. */
export interface PlannedTriggers {
  readonly plan: TriggerPlan;
  readonly diagnosis: Diagnosis;
  /** Images over which another writer is given way from now on. */
  readonly stopped: readonly PlannedImage[];
}

/** Gathers what planning a workload's triggers takes: the tags' images, and whether they may be had. */
export class TriggerPlanner {
  readonly #options: TriggerPlannerOptions;

  constructor(options: TriggerPlannerOptions) {
    this.#options = options;
  }

  async plan(
    { kind: { row: kind }, namespace }: WorkloadName,
    workload: TriggeredWorkload,
    memory: TriggerMemory,
  ): Promise<PlannedTriggers> {
    const now = this.#options.clock.now();
    const diagnosis = triggersOf(kind, namespace, workload);
    const input = {
      kind,
      namespace,
      workload,
      triggers: diagnosis.triggers,
      answer: await tagAnswers(this.#options, namespace, workload, diagnosis.triggers),
      time: new Date(now).toISOString(),
    };
    const plan = planTriggers(input);
    const { yielding, stopped } = memory.contested(plan.images, now);
    if (yielding.size === 0) return { plan, diagnosis, stopped };
    return { plan: planTriggers({ ...input, yielding }), diagnosis, stopped };
  }
}

/** What the tags of a workload's triggers give now, and whether it may be had. */
export async function tagAnswers(
  { streams, access }: Pick<TriggerPlannerOptions, 'streams' | 'access'>,
  own: string,
  { serviceAccount }: TriggeredWorkload,
  triggers: readonly Trigger[],
): Promise<(trigger: Trigger) => TagAnswer> {
  const answers = new Map<Trigger, TagAnswer>();
  const puller = { namespace: own, serviceAccount };
  await Promise.all(
    triggers.map(async (trigger) => {
      const { namespace, stream, tag, crossNamespace, image: present } = trigger;
      const image = tagImage(streams.get(`${namespace}/${stream}`), tag);
      // asked before anything is told of the other namespace, its having no such image included
      const asks = crossNamespace && image !== present;
      const allowed = asks ? await mayPull(access, puller, namespace, stream) : true;
      answers.set(trigger, answerOf(image, allowed));
    }),
  );
  return (trigger) => answers.get(trigger) ?? unknown;
}

const unknown: TagAnswer = { kind: 'Unknown' };

function answerOf(image: string | undefined, allowed: boolean | undefined): TagAnswer {
  if (allowed === undefined) return unknown;
  if (!allowed) return { kind: 'NotAllowed' };
  return image === undefined ? { kind: 'NoImage' } : { kind: 'Image', image };
}
