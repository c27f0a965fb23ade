import { eventPermissions, type PolicyRule } from '../cluster/index.ts';
import { imageStreamGroup } from '../imagestream/index.ts';
import type { AdmissionSettings } from './settings.ts';

export interface WebhookPermissionsOptions {
  /** The policy is read from a ConfigMap, and may get execution rules at any time. */
  readonly policyFollows?: boolean;
  /** Name of the webhook configurations that are compared with the policy. */
  readonly webhookConfiguration?: string;
}

/** All that the webhook's account may do in a cluster; it writes nothing there. */
export function webhookPermissions(
  { policy }: Pick<AdmissionSettings, 'policy'>,
  { policyFollows = false, webhookConfiguration }: WebhookPermissionsOptions = {},
): readonly PolicyRule[] {
  const namespaces = { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] };
  return [
    { apiGroups: [imageStreamGroup], resources: ['imagestreams'], verbs: ['get', 'list', 'watch'] },
    // asked about a workload's account, for triggers on another namespace, and about who points a tag there
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    // the annotation that excludes execution rules
    ...(policyFollows || policy.config.executionRules.length > 0 ? [namespaces] : []),
    ...(webhookConfiguration === undefined ? [] : [registrations(webhookConfiguration)]),
  ];
}

function registrations(name: string): PolicyRule {
  return {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    resourceNames: [name],
    verbs: ['get'],
  };
}

/** And in the namespace of the ConfigMap with the policy, where it tells in Events what it thinks of it. */
export function policyConfigMapPermissions(name: string): readonly PolicyRule[] {
  return [
    { apiGroups: [''], resources: ['configmaps'], resourceNames: [name], verbs: ['list', 'watch'] },
    ...eventPermissions,
  ];
}
