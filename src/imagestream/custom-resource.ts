import { imageStreamSchema } from './schema.ts';
import { imageStreamGroup } from './types.ts';

/** The version in which only this project's controller reads and writes: spec and status in one atomic write. */
const storedVersion = 'v1stored';

/**
 * The CustomResourceDefinition of ImageStream: `v1` for users, with the status subresource; `v1stored` for storage, without
 * (architecture decision 2).
 */
export const imageStreamCustomResource = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `imagestreams.${imageStreamGroup}` },
  spec: {
    group: imageStreamGroup,
    scope: 'Namespaced',
    names: {
      kind: 'ImageStream',
      listKind: 'ImageStreamList',
      plural: 'imagestreams',
      singular: 'imagestream',
      shortNames: ['is'],
      categories: ['all'],
    },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: false,
        subresources: { status: {} },
        additionalPrinterColumns: [
          {
            name: 'Local',
            type: 'boolean',
            jsonPath: '.spec.lookupPolicy.local',
            description: 'May workloads of the namespace name this stream?',
          },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        schema: { openAPIV3Schema: imageStreamSchema },
      },
      { name: storedVersion, served: true, storage: true, schema: { openAPIV3Schema: imageStreamSchema } },
    ],
  },
} as const;

/**
 * Keeps everybody but the controller's account off `v1stored`. Without it whoever may edit a stream could forge its history,
 * and so choose the images of other people's workloads; RBAC cannot tell versions apart.
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
              operations: ['CREATE', 'UPDATE', 'DELETE'],
              resources: ['imagestreams', 'imagestreams/*'],
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

/**
 * OpenShift's `system:image-puller` under a name of this project's own: bound in a namespace to a service account, it lets
 * workloads of that account follow the namespace's streams.
 */
export const imagePullerClusterRole = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'imagestreams-image-puller' },
  rules: [{ apiGroups: [imageStreamGroup], resources: ['imagestreams/layers'], verbs: ['get'] }],
} as const;
