import { imageStreamGroup } from './types.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const aggregation = 'rbac.authorization.k8s.io/aggregate-to-';

/**
 * OpenShift's `system:image-puller` under a name of this project's own: bound in a namespace to a service account, it lets
 * workloads of that account follow the namespace's streams.
 */
export const imagePullerClusterRole = {
  apiVersion,
  kind: 'ClusterRole',
  metadata: { name: 'imagestreams-image-puller' },
  rules: [{ apiGroups: [imageStreamGroup], resources: ['imagestreams/layers'], verbs: ['get'] }],
} as const;

const read = ['get', 'list', 'watch'];

/** For everybody who has Kubernetes' `view` in a namespace, and so for those with `edit` and `admin`, too. */
const viewerClusterRole = {
  apiVersion,
  kind: 'ClusterRole',
  metadata: { name: 'imagestreams-view', labels: { [`${aggregation}view`]: 'true' } },
  rules: [
    { apiGroups: [imageStreamGroup], resources: ['imagestreams'], verbs: read },
    { apiGroups: [imageStreamGroup], resources: ['imagestreams/status'], verbs: ['get'] },
  ],
};

/**
 * For everybody who has Kubernetes' `edit` or `admin` in a namespace (image-streams.md §13). Nobody of them writes the status:
 * it says which images run. Who may get `imagestreams/layers` may follow the streams from other namespaces, and an administrator of
 * the namespace may pass that on, as {@link imagePullerClusterRole}.
 */
const editorClusterRole = {
  apiVersion,
  kind: 'ClusterRole',
  metadata: {
    name: 'imagestreams-edit',
    labels: { [`${aggregation}edit`]: 'true', [`${aggregation}admin`]: 'true' },
  },
  rules: [
    {
      apiGroups: [imageStreamGroup],
      resources: ['imagestreams'],
      verbs: [...read, 'create', 'update', 'patch', 'delete', 'deletecollection'],
    },
    {
      apiGroups: [imageStreamGroup],
      resources: ['imagestreams/status', 'imagestreams/layers'],
      verbs: ['get'],
    },
  ],
};

/** What people may do with image streams, for Kubernetes' own roles `view`, `edit` and `admin`; and the puller. */
export const imageStreamClusterRoles = [
  viewerClusterRole,
  editorClusterRole,
  imagePullerClusterRole,
] as const;
