import type { PolicyRule } from '../cluster/index.ts';
import type { RotationSettings } from './settings.ts';

/** Rules of a Role in the namespace of the Secrets, and of a ClusterRole. */
export interface CertificatePermissions {
  readonly namespaced: readonly PolicyRule[];
  readonly cluster: readonly PolicyRule[];
}

/**
 * What the account of the controller needs besides, where it keeps certificates or copies `ca.crt` of one that somebody else made. RBAC
 * cannot limit `create` to a name: whoever may make the two Secrets may make any that does not exist yet in that namespace.
 * Events on Secrets and on webhook configurations (those in `default`) are the controller's anyway.
 */
export function certificatePermissions({
  serving,
  authority,
  configuration,
}: Pick<RotationSettings, 'configuration'> & {
  readonly serving: { readonly name: string };
  readonly authority?: { readonly name: string };
}): CertificatePermissions {
  const secrets = { apiGroups: [''], resources: ['secrets'] };
  const reads = ['get', 'list', 'watch'];
  return {
    namespaced:
      authority === undefined
        ? [{ ...secrets, resourceNames: [serving.name], verbs: reads }]
        : [
            { ...secrets, resourceNames: [serving.name, authority.name], verbs: [...reads, 'update'] },
            { ...secrets, verbs: ['create'] },
          ],
    cluster: [
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
        resourceNames: [configuration],
        verbs: [...reads, 'update'],
      },
    ],
  };
}

/** What the webhook's account needs in the namespace of the Secret that it serves from. */
export function servingSecretPermissions(name: string): readonly PolicyRule[] {
  return [{ apiGroups: [''], resources: ['secrets'], resourceNames: [name], verbs: ['list', 'watch'] }];
}
