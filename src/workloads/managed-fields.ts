import { type KubernetesObject, valueAt } from './object.ts';

/** The entries of `metadata.managedFields`, which say who wrote which fields; none where there is no list of them. */
export function managedFieldsOf(object: KubernetesObject | undefined): readonly unknown[] {
  const entries = valueAt(object, ['metadata', 'managedFields']);
  return Array.isArray(entries) ? entries : [];
}

/** Tells the entry what the field manager wrote? Not what it applied. */
export function isWrittenBy(entry: unknown, manager: string): boolean {
  return valueAt(entry, ['manager']) === manager && valueAt(entry, ['operation']) === 'Update';
}
