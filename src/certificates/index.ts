/** The webhook's certificates in a cluster: issued, kept in Secrets, trusted in `caBundle`, served from a Secret. */
export {
  CertificateController,
  type CertificateControllerOptions,
} from './certificate-controller.ts';
export { CertificateMetrics, measureLives } from './metrics.ts';
export { registrationKinds, registrationPath } from './paths.ts';
export {
  type CertificatePermissions,
  certificatePermissions,
  servingSecretPermissions,
} from './permissions.ts';
export { SecretCertificate, type SecretCertificateOptions } from './secret-certificate.ts';
export {
  defaultLifetimes,
  lifetimeFault,
  type NamespacedName,
  type RotationSettings,
} from './settings.ts';
export type { RegistrationKind } from './state.ts';
export type { CertificateEventReason } from './telling.ts';
