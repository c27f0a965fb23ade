import { fieldValue, resourceValue, type Whereabouts } from './downward.ts';
import { expand } from './expansion.ts';
import type { Container, EnvVariable, KeyReference, Pod } from './objects.ts';

/** The ConfigMaps and Secrets of a pod's namespace; undefined for one that is not there. */
export interface Sources {
  configMap(name: string): Promise<ReadonlyMap<string, Buffer> | undefined>;
  secret(name: string): Promise<ReadonlyMap<string, Buffer> | undefined>;
}

/**
 * The variables of a container, as `env` and `envFrom` give them on top of others.
 *
 * @throws Error that names a ConfigMap, Secret or key that is missing and not optional
 */
export async function environment(
  pod: Pod,
  container: Container,
  given: Readonly<Record<string, string>>,
  sources: Sources,
  at: Whereabouts,
): Promise<Record<string, string>> {
  const variables: Record<string, string> = { ...given };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const reference = configMapRef ?? secretRef;
    if (reference === undefined) continue;
    const kind = configMapRef === undefined ? 'secret' : 'configmap';
    const data = await (kind === 'secret' ? sources.secret : sources.configMap)(reference.name);
    if (data === undefined && reference.optional !== true)
      throw new Error(`${kind} "${reference.name}" not found`);
    for (const [key, value] of data ?? []) variables[prefix + key] = value.toString();
  }
  for (const variable of container.env ?? []) {
    const value = await variableValue(pod, container, variable, variables, sources, at);
    if (value !== undefined) variables[variable.name] = value;
  }
  return variables;
}

async function variableValue(
  pod: Pod,
  container: Container,
  { value, valueFrom }: EnvVariable,
  variables: Readonly<Record<string, string>>,
  sources: Sources,
  at: Whereabouts,
): Promise<string | undefined> {
  if (valueFrom === undefined) return expand(value ?? '', variables);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef !== undefined) return fieldValue(pod, fieldRef, at);
  if (resourceFieldRef !== undefined) return resourceValue(pod, container, resourceFieldRef, at);
  if (configMapKeyRef !== undefined)
    return keyValue('configmap', configMapKeyRef, await sources.configMap(configMapKeyRef.name));
  if (secretKeyRef !== undefined)
    return keyValue('secret', secretKeyRef, await sources.secret(secretKeyRef.name));
  throw new Error(`a variable from ${Object.keys(valueFrom).join()} is not supported`);
}

function keyValue(
  kind: string,
  { name, key, optional = false }: KeyReference,
  data: ReadonlyMap<string, Buffer> | undefined,
): string | undefined {
  const value = data?.get(key);
  if (value !== undefined || optional) return value?.toString();
  if (data === undefined) throw new Error(`${kind} "${name}" not found`);
  throw new Error(`couldn't find key ${key} in ${kind} "${name}"`);
}
