import { imageStreamGroup } from './types.ts';

/** The version in which only this project's controller writes: spec and status in one atomic write. */
export const storedVersion = 'v1stored';

/**
 * Keeps everybody but the controller's account off `v1stored`. Without it whoever may edit a stream could forge its history,
 * and so choose the images of other people's workloads; RBAC cannot tell versions apart.
 *
 * Nobody else is exempt. The namespace controller and the garbage collector, which have to delete streams, use the group's
 * preferred version, and that is `v1`.
 */
export function storedVersionGuard(controllerAccount: { readonly namespace: string; readonly name: string }) {
  const { namespace, name } = controllerAccount;
  const user = `system:serviceaccount:${namespace}:${name}`;
  const metadata = { name: `imagestreams-${storedVersion}` };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          matchPolicy: 'Exact',
          resourceRules: [
            {
              apiGroups: [imageStreamGroup],
              apiVersions: [storedVersion],
              // every patch is an UPDATE or a CREATE, and every collection that is deleted a DELETE
              operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
              resources: ['imagestreams', 'imagestreams/*'],
              scope: '*',
            },
          ],
        },
        validations: [
          {
            expression: `request.userInfo.username == '${user}'`,
            message: `version ${storedVersion} of ImageStream is written by the imagestreams controller alone (${user}); use version v1`,
            reason: 'Forbidden',
          },
        ],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    },
  ] as const;
}
