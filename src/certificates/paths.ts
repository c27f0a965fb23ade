import { resourcePath } from '../cluster/index.ts';
import type { RegistrationKind } from './state.ts';

const registrationResources: Readonly<Record<RegistrationKind, string>> = {
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
};

/** The mutating one first. */
export const registrationKinds = Object.keys(registrationResources) as readonly RegistrationKind[];

export function secretPath(location: { readonly namespace: string; readonly name?: string }): string {
  return resourcePath({ version: 'v1', resource: 'secrets', ...location });
}

export function registrationPath(kind: RegistrationKind, name?: string): string {
  const collection = {
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    resource: registrationResources[kind],
  };
  return resourcePath(name === undefined ? collection : { ...collection, name });
}
