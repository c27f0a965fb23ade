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

/** Triggers sorted by whether the workload's account may pull what they follow. */
export interface PullFindings {
  /** Warnings for triggers on other namespaces that are not allowed, or could not be asked about. */
  readonly unreadable: readonly TriggerFinding[];
  /** Triggers of which may be told what exists: the workload's own namespace, and where pulling is allowed. */
  readonly pullable: readonly Trigger[];
}

/** Asks for each trigger on another namespace; a question that fails counts as no. Source: triggers.md §1.5, §8. */
export async function pullFindings(
  subject: Subject,
  triggers: readonly Trigger[],
  { mayPull }: Surroundings,
): Promise<PullFindings> {
  if (mayPull === undefined || !triggers.some(({ crossNamespace }) => crossNamespace)) {
    return { unreadable: [], pullable: triggers };
  }
  const puller = pullerOf(subject);
  const findings = await Promise.all(
    triggers.map(async (trigger) => {
      const { crossNamespace, namespace, stream } = trigger;
      if (!crossNamespace) return undefined;
      try {
        return (await mayPull({ puller, namespace, stream })) ? undefined : pullNotAllowed(trigger, puller);
      } catch {
        return pullUnknown(trigger, puller);
      }
    }),
  );
  return {
    unreadable: findings.filter((finding) => finding !== undefined),
    pullable: triggers.filter((_, index) => findings[index] === undefined),
  };
}

/** The account that the workload's pods run as. */
function pullerOf({ kind, object, namespace }: Subject): Puller {
  const account = valueAt(object, [...kind.podSpecPath, 'serviceAccountName']);
  const serviceAccount = typeof account === 'string' && account !== '' ? account : 'default';
  return { namespace, serviceAccount };
}
