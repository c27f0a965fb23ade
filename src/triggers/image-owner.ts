import {
  isWrittenBy,
  type KubernetesObject,
  managedFieldsOf,
  valueAt,
  type WorkloadKind,
} from '../workloads/index.ts';
import type { TriggerContainer } from './trigger.ts';

/** Does a field manager own the image of any container by having written it? */
export function ownsImages(kind: WorkloadKind, object: KubernetesObject, manager: string): boolean {
  return imageOwnership(kind, object, manager) !== undefined;
}

/** Where among `metadata.managedFields` a manager's entry stands that owns an image; undefined when it owns none. */
export function imageOwnership(
  kind: WorkloadKind,
  object: KubernetesObject,
  manager: string,
): number | undefined {
  const index = managedFieldsOf(object).findIndex(
    (entry) =>
      isWrittenBy(entry, manager) && lists.some((list) => ownsAnImage(fieldsAt(entry, pathOf(kind, list)))),
  );
  return index < 0 ? undefined : index;
}

/** The field managers that own the image of a container, the one that wrote last first; `manager` is not counted. */
export function otherImageOwners(
  kind: WorkloadKind,
  object: KubernetesObject,
  { list, name: container }: TriggerContainer,
  manager: string,
): readonly string[] {
  const path = [...pathOf(kind, list), `k:{"name":${JSON.stringify(container)}}`, 'f:image'];
  const owners = managedFieldsOf(object).flatMap((entry) => {
    const name = valueAt(entry, ['manager']);
    const owns = fieldsAt(entry, path) !== undefined;
    if (!owns || typeof name !== 'string' || name === manager) return [];
    const time = valueAt(entry, ['time']);
    return [{ name, time: typeof time === 'string' ? time : '' }];
  });
  owners.sort((one, other) => (one.time < other.time ? 1 : one.time > other.time ? -1 : 0));
  return [...new Set(owners.map(({ name }) => name))];
}

const lists = ['containers', 'initContainers'] as const;

function pathOf({ podSpecPath }: WorkloadKind, list: string): readonly string[] {
  return [...podSpecPath, list].map((field) => `f:${field}`);
}

/**
 * What an entry owns at a path; undefined for nothing. A field without others below it is owned with all that it holds: so are the
 * containers of a custom resource whose schema does not say that they are told apart by name.
 */
function fieldsAt(entry: unknown, path: readonly string[]): object | undefined {
  let fields = valueAt(entry, ['fieldsV1']);
  for (const [depth, step] of path.entries()) {
    if (typeof fields !== 'object' || fields === null) return undefined;
    if (depth > 0 && isWhole(fields)) return fields;
    fields = valueAt(fields, [step]);
  }
  return typeof fields === 'object' && fields !== null ? fields : undefined;
}

function ownsAnImage(containers: object | undefined): boolean {
  if (containers === undefined) return false;
  const images = Object.values(containers).filter((fields) => valueAt(fields, ['f:image']) !== undefined);
  return isWhole(containers) || images.length > 0;
}

function isWhole(fields: object): boolean {
  return Object.keys(fields).length === 0;
}
