import { imagePullerClusterRole, imageStreamGroup } from '../imagestream/index.ts';
import { findingOf, type TriggerFinding } from './finding.ts';
import { quoted, shown } from './quoted.ts';
import type { Trigger } from './trigger.ts';

/** The ClusterRole that allows `get` on `imagestreams/layers`; bound in the stream's namespace. */
export const imagePullerRole = imagePullerClusterRole.metadata.name;

/** The account that a workload's pods run as. */
export interface Puller {
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** How the API server knows that account. */
export function accountOf({ namespace, serviceAccount }: Puller) {
  return {
    user: `system:serviceaccount:${namespace}:${serviceAccount}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  } as const;
}

/**
 * What the API server is asked about whoever wants a stream's images from another namespace. Without it, whoever can edit a Deployment
 * could read out any image in the cluster (triggers.md §1.5).
 */
export function layersQuestion(namespace: string, stream: string) {
  return {
    ...{ namespace, verb: 'get', group: imageStreamGroup },
    ...{ resource: 'imagestreams', subresource: 'layers', name: stream },
  } as const;
}

/** The finding for a trigger on another namespace while nobody can be asked whether the workload's account may pull there. */
export function pullUnknown(trigger: Trigger, puller: Puller): TriggerFinding {
  const allowed = `${accountInWords(puller)} may get imagestreams/layers there`;
  return findingOf('PullUnknown', placeOf(trigger), { seen: quoted(trigger.namespace), allowed });
}

/**
 * The finding for a trigger on another namespace from which the workload's account may not pull. It says nothing about
 * what exists there.
 */
export function pullNotAllowed(trigger: Trigger, { namespace, serviceAccount }: Puller): TriggerFinding {
  const account = accountInWords({ namespace, serviceAccount });
  const subject = `${shown(namespace)}:${shown(serviceAccount)}`;
  return findingOf('PullNotAllowed', placeOf(trigger), {
    seen: quoted(trigger.namespace),
    allowed: `${account} may not get imagestreams/layers there, so container ${quoted(trigger.container.name)} is left as it is`,
    suggestion:
      `kubectl create rolebinding ${shown(namespace)}-${shown(serviceAccount)}-image-puller` +
      ` --namespace=${trigger.namespace} --clusterrole=${imagePullerRole} --serviceaccount=${subject}`,
  });
}

function accountInWords({ namespace, serviceAccount }: Puller): string {
  return `service account ${quoted(serviceAccount)} of namespace ${quoted(namespace)}`;
}

function placeOf({ entry }: Trigger) {
  return { entry, field: `[${entry}].from.namespace` };
}
