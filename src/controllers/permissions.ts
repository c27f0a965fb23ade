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
  /** The kinds that may follow tags; the built-in ones unless given. */
  readonly workloads?: WorkloadTable;
}

/** All that the controller's account may do in the whole cluster. */
export function controllerPermissions({
  triggers = true,
  workloads = builtInTable,
}: ControllerPermissionsOptions = {}): readonly PolicyRule[] {
  return [
    // writes go through v1stored, which a ValidatingAdmissionPolicy keeps for this account
    { apiGroups: [imageStreamGroup], resources: ['imagestreams'], verbs: ['get', 'list', 'watch', 'update'] },
    // listed when an import needs them; neither watched nor read by name
    { apiGroups: [''], resources: ['secrets'], verbs: ['list'] },
    // may the accounts of a namespace pull what its streams and workloads follow elsewhere?
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    ...(triggers ? triggerPermissions(workloads) : []),
    ...eventPermissions,
  ];
}

/** And in the namespace of the Lease: which one leads, and what it must not forget. */
export const leaderPermissions: readonly PolicyRule[] = [...leasePermissions, recordPermissions];
