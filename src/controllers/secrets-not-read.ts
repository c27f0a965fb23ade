import { RegistryError } from '../registry/index.ts';

/** A refusal of a registry that a pull secret might have helped against, told in a namespace whose secrets are not looked at. Throws. */
export function secretsNotRead(error: unknown, namespace: string): never {
  if (!(error instanceof RegistryError)) throw error;
  if (error.code !== 'Unauthorized' && error.code !== 'Forbidden') throw error;
  const why = `the pull secrets of namespace "${namespace}" are not read here`;
  const options = '--pull-secrets-namespace or --credentials-namespace';
  const values = 'in the chart controller.pullSecrets.namespaces or controller.credentials.namespaces';
  throw new RegistryError(
    error.code,
    `${error.message}; ${why}: an administrator adds the namespace to the controller's ${options} (${values})`,
    error.retryAfterMs,
  );
}
