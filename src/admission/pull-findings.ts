import {
  type Puller,
  pullNotAllowed,
  pullUnknown,
  type Trigger,
  type TriggerFinding,
} from '../triggers/index.ts';
import { valueAt } from '../workloads/index.ts';
import type { Subject } from './subject.ts';
import type { Surroundings } from './surroundings.ts';
import { mostAsked } from './trigger-streams.ts';

/** Triggers sorted by whether the workload's account may pull what they follow. */
export interface PullFindings {
  /** Warnings for triggers on other namespaces that are not allowed, or could not be asked about. */
  readonly unreadable: readonly TriggerFinding[];
  /** Triggers of which may be told what exists: the workload's own namespace, and where pulling is allowed. */
  readonly pullable: readonly Trigger[];
}

/** Asks for each trigger on another namespace; a question that fails, or was not asked, allows nothing. Source: triggers.md §1.5, §8. */
export async function pullFindings(
  subject: Subject,
  triggers: readonly Trigger[],
  { mayPull }: Surroundings,
): Promise<PullFindings> {
  if (mayPull === undefined || !triggers.some(({ crossNamespace }) => crossNamespace)) {
    return { unreadable: [], pullable: triggers };
  }
  const puller = pullerOf(subject);
  const foreign = new Map(
    triggers
      .filter(({ crossNamespace }) => crossNamespace)
      .map((trigger) => [streamOf(trigger), trigger] as const),
  );
  const answers = new Map<string, boolean | undefined>();
  await Promise.all(
    Array.from(foreign, async ([key, { namespace, stream }], index) => {
      const asked = index < mostAsked ? mayPull({ puller, namespace, stream }) : Promise.resolve(undefined);
      answers.set(key, await asked.catch(() => undefined));
    }),
  );
  const answer = (trigger: Trigger) => (trigger.crossNamespace ? answers.get(streamOf(trigger)) : true);
  return {
    unreadable: triggers
      .filter((trigger) => answer(trigger) !== true)
      .map((trigger) =>
        answer(trigger) === false ? pullNotAllowed(trigger, puller) : pullUnknown(trigger, puller),
      ),
    pullable: triggers.filter((trigger) => answer(trigger) === true),
  };
}

function streamOf({ namespace, stream }: Trigger): string {
  return `${namespace}/${stream}`;
}

/** The account that the workload's pods run as. */
function pullerOf({ kind, object, namespace }: Subject): Puller {
  const account = valueAt(object, [...kind.podSpecPath, 'serviceAccountName']);
  const serviceAccount = typeof account === 'string' && account !== '' ? account : 'default';
  return { namespace, serviceAccount };
}
