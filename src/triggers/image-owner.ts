import { type KubernetesObject, valueAt, type WorkloadKind } from '../workloads/index.ts';
import type { TriggerContainer } from './trigger.ts';

/** Does a field manager own the image of any container by having written it? */
export function ownsImages(object: KubernetesObject, manager: string): boolean {
  return imageOwnership(object, manager) !== undefined;
}

/** Where among `metadata.managedFields` a manager's entry stands that owns an image; undefined when it owns none. */
export function imageOwnership(object: KubernetesObject, manager: string): number | undefined {
  const index = entriesOf(object).findIndex(
    (entry) =>
      valueAt(entry, ['manager']) === manager &&
      valueAt(entry, ['operation']) === 'Update' &&
      JSON.stringify(valueAt(entry, ['fieldsV1']) ?? {}).includes('"f:image":'),
  );
  return index < 0 ? undefined : index;
}

/** The field managers that own the image of a container, the one that wrote last first; `manager` is not counted. */
export function otherImageOwners(
  kind: WorkloadKind,
  object: KubernetesObject,
  container: TriggerContainer,
  manager: string,
): readonly string[] {
  const path = [
    ...[...kind.podSpecPath, container.list].map((field) => `f:${field}`),
    `k:{"name":${JSON.stringify(container.name)}}`,
    'f:image',
  ];
  const owners = entriesOf(object).flatMap((entry) => {
    const name = valueAt(entry, ['manager']);
    const owns = valueAt(entry, ['fieldsV1', ...path]) !== undefined;
    if (!owns || typeof name !== 'string' || name === manager) return [];
    const time = valueAt(entry, ['time']);
    return [{ name, time: typeof time === 'string' ? time : '' }];
  });
  owners.sort((one, other) => (one.time < other.time ? 1 : one.time > other.time ? -1 : 0));
  return [...new Set(owners.map(({ name }) => name))];
}

function entriesOf(object: KubernetesObject): readonly unknown[] {
  const entries = valueAt(object, ['metadata', 'managedFields']);
  return Array.isArray(entries) ? entries : [];
}
