import { type KubernetesObject, valueAt } from '../workloads/index.ts';

/** As messages and logs call an object; one that has no name yet goes by its prefix. */
export function nameOf(object: KubernetesObject): string {
  const name = valueAt(object, ['metadata', 'name']);
  if (typeof name === 'string' && name !== '') return name;
  const prefix = valueAt(object, ['metadata', 'generateName']);
  return typeof prefix === 'string' && prefix !== '' ? `${prefix}*` : '';
}

/** The value if it is a JSON object. */
export function objectOf(value: unknown): KubernetesObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as KubernetesObject)
    : undefined;
}
