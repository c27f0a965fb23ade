import { imageStreamGroup } from '../imagestream/index.ts';
import type { AdmissionSettings } from './settings.ts';

/** A rule of a ClusterRole. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** All that the webhook's account may do in a cluster; it writes nothing. */
export function webhookPermissions({ policy }: AdmissionSettings): readonly PolicyRule[] {
  const namespaces = { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] };
  return [
    { apiGroups: [imageStreamGroup], resources: ['imagestreams'], verbs: ['get', 'list', 'watch'] },
    // asked about a workload's account, for triggers on another namespace, and about who points a tag there
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    // the annotation that excludes execution rules
    ...(policy.config.executionRules.length > 0 ? [namespaces] : []),
  ];
}
