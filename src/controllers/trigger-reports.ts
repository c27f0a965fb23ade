import type { EventRecorder } from '../cluster/index.ts';
import type { Logger } from '../telemetry/index.ts';
import {
  followedTag,
  type PlannedImage,
  pullNotAllowed,
  type TriggeredWorkload,
  type TriggerPlan,
} from '../triggers/index.ts';
import {
  conflictEvent,
  failed,
  noImageSentence,
  refusedEvent,
  restingEvents,
  skipped,
  type TriggerEvent,
  unreviewedEvent,
  updateEvents,
} from './trigger-events.ts';
import type { TriggerMemory } from './trigger-memory.ts';
import type { PlannedTriggers } from './trigger-planner.ts';
import type { WorkloadName } from './trigger-workloads.ts';

export interface TriggerReportsOptions {
  readonly events: Pick<EventRecorder, 'record'>;
  readonly logger: Logger;
}

/** Says in Events and in the log what became of triggers, each thing once. */
export class TriggerReports {
  readonly #options: TriggerReportsOptions;

  constructor(options: TriggerReportsOptions) {
    this.#options = options;
  }

  /** What is wrong with the triggers, as far as it is news; and after a tag moved, where it changed nothing. */
  state(
    name: WorkloadName,
    workload: TriggeredWorkload,
    { plan, diagnosis }: PlannedTriggers,
    memory: TriggerMemory,
  ): void {
    const wrong = diagnosis.findings.filter(({ severity }) => severity === 'Error');
    const refused = plan.failed.filter(({ kind }) => kind === 'NotAllowed');
    const empty = plan.failed.filter(({ kind }) => kind === 'NoImage');
    const puller = { namespace: name.namespace, serviceAccount: workload.serviceAccount };
    const events = [
      ...wrong.map(({ message }) => failed(message)),
      ...refused.map(({ trigger }) => failed(pullNotAllowed(trigger, puller).message)),
      ...empty.map(({ trigger }) => skipped(noImageSentence(trigger.container.name, followedTag(trigger)))),
    ];
    const news = new Set(memory.news(events.map(({ note }) => note)));
    for (const event of events) if (news.has(event.note)) this.#tell(name, workload, event);
    if (memory.movedAt === undefined) return;
    for (const event of restingEvents(plan)) this.#tell(name, workload, event);
  }

  updated(name: WorkloadName, workload: TriggeredWorkload, plan: TriggerPlan): void {
    for (const event of updateEvents(plan)) this.#tell(name, workload, event);
  }

  /** Told the first time in a row. */
  refused(
    name: WorkloadName,
    workload: TriggeredWorkload,
    plan: TriggerPlan,
    message: string,
    memory: TriggerMemory,
  ): void {
    if (memory.refusals <= 1) this.#tell(name, workload, refusedEvent(plan, message));
  }

  /** Told the first time in a row. */
  unreviewed(
    name: WorkloadName,
    workload: TriggeredWorkload,
    plan: TriggerPlan,
    memory: TriggerMemory,
  ): void {
    if (memory.refusals <= 1) this.#tell(name, workload, unreviewedEvent(plan));
  }

  /** @param others the field managers that own the image; @param until RFC 3339 */
  conflict(
    name: WorkloadName,
    workload: TriggeredWorkload,
    image: PlannedImage,
    others: readonly string[],
    until: string,
  ): void {
    this.#tell(name, workload, conflictEvent(image, others, until));
  }

  #tell({ kind, namespace, name }: WorkloadName, workload: TriggeredWorkload, event: TriggerEvent): void {
    const { uid, resourceVersion } = workload;
    this.#options.logger.info({ kind: kind.row.kind, namespace, name, reason: event.reason }, event.note);
    const { apiVersion, row } = kind;
    this.#options.events.record({
      ...event,
      regarding: { apiVersion, kind: row.kind, namespace, name, uid, resourceVersion },
    });
  }
}
