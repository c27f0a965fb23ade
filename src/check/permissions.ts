import type { PolicyRule } from '../cluster/index.ts';
import { imageStreamGroup } from '../imagestream/index.ts';

/** What a check needs in its namespace. Images are pushed by writing the status, which is why nobody has this right for longer. */
export const checkPermissions: readonly PolicyRule[] = [
  {
    apiGroups: [imageStreamGroup],
    resources: ['imagestreams'],
    verbs: ['get', 'create', 'patch', 'delete'],
  },
  { apiGroups: [imageStreamGroup], resources: ['imagestreams/status'], verbs: ['patch'] },
  { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'create', 'delete'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['create'] },
];
