import { findingOf, type TriggerFinding } from './finding.ts';
import { quoted, shown } from './quoted.ts';
import type { Trigger } from './trigger.ts';

/** The ClusterRole that allows `get` on `imagestreams/layers`; bound in the stream's namespace. */
export const imagePullerRole = 'imagestreams-image-puller';

/** The account that a workload's pods run as. */
export interface Puller {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * The finding for a trigger on another namespace from which the workload's account may not pull. It says nothing about
 * what exists there.
 */
export function pullNotAllowed(trigger: Trigger, { namespace, serviceAccount }: Puller): TriggerFinding {
  const account = `service account ${quoted(serviceAccount)} of namespace ${quoted(namespace)}`;
  const subject = `${shown(namespace)}:${shown(serviceAccount)}`;
  return findingOf(
    'PullNotAllowed',
    { entry: trigger.entry, field: `[${trigger.entry}].from.namespace` },
    {
      seen: quoted(trigger.namespace),
      allowed: `${account} may not get imagestreams/layers there, so container ${quoted(trigger.container.name)} is left as it is`,
      suggestion:
        `kubectl create rolebinding ${shown(namespace)}-${shown(serviceAccount)}-image-puller` +
        ` --namespace=${trigger.namespace} --clusterrole=${imagePullerRole} --serviceaccount=${subject}`,
    },
  );
}
