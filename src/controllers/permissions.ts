import { eventPermissions, leasePermissions, type PolicyRule } from '../cluster/index.ts';
import { imageStreamGroup } from '../imagestream/index.ts';
import { builtInTable, type WorkloadTable } from '../workloads/index.ts';
import { recordPermissions } from './job-records.ts';
import { triggerPermissions } from './trigger-kinds.ts';

/** The Lease by which one of several controllers leads, unless another name is given. */
export const defaultLeaseName = 'imagestreams-controller';

export interface ControllerPermissionsOptions {
  /** False for a controller that leaves workloads alone; true unless given. */
  readonly triggers?: boolean;
  /** True for a controller that answers what would become of workloads if a tag moved; false unless given. */
  readonly previews?: boolean;
  /** False for a controller that may read pull secrets of some namespaces only, or of none; true unless given. */
  readonly pullSecrets?: boolean;
  /** The kinds that may follow tags; the built-in ones unless given. */
  readonly workloads?: WorkloadTable;
}

/** All that the controller's account may do in the whole cluster. */
export function controllerPermissions({
  triggers = true,
  previews = false,
  pullSecrets = true,
  workloads = builtInTable,
}: ControllerPermissionsOptions = {}): readonly PolicyRule[] {
  return [
    // writes go through v1stored, which a ValidatingAdmissionPolicy keeps for this account
    { apiGroups: [imageStreamGroup], resources: ['imagestreams'], verbs: ['get', 'list', 'watch', 'update'] },
    ...(pullSecrets ? pullSecretPermissions : []),
    // may the accounts of a namespace pull what its streams and workloads follow elsewhere? what may who asks for a preview see?
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    // whose is the token of somebody who asks for a preview?
    ...(previews ? [tokenReviews] : []),
    ...(triggers ? triggerPermissions(workloads) : []),
    ...eventPermissions,
  ];
}

/** And in each namespace whose pull secrets it reads: listed when an import needs them; neither watched nor read by name. */
export const pullSecretPermissions: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['secrets'], verbs: ['list'] },
];

const tokenReviews: PolicyRule = {
  apiGroups: ['authentication.k8s.io'],
  resources: ['tokenreviews'],
  verbs: ['create'],
};

/** And in the namespace of the Lease: which one leads, and what it must not forget. */
export const leaderPermissions: readonly PolicyRule[] = [...leasePermissions, recordPermissions];
