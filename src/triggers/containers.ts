import { JSONPath } from 'jsonpath-plus';
import { listing } from '../suggestion/index.ts';
import { type ImagePlace, imagesOf, type KubernetesObject, type WorkloadKind } from '../workloads/index.ts';
import type { Selector } from './field-path.ts';
import { shown } from './quoted.ts';
import type { ContainerList, TriggerContainer } from './trigger.ts';

/** A container that a trigger can set the image of. */
export interface ContainerPlace extends TriggerContainer {
  readonly image: string;
}

/** No pod comes near; also bounds how many paths the JSONPath library remembers. */
const mostContainers = 1000;
const lists: readonly ContainerList[] = ['initContainers', 'containers'];

/** Init containers, then containers, in the order in which a name is looked up (triggers.md §1.6). */
export function containersOf(kind: WorkloadKind, object: KubernetesObject): readonly ContainerPlace[] {
  const places: ContainerPlace[] = [];
  for (const place of imagesOf(kind, object, { ephemeralContainers: false, imageVolumes: false })) {
    if (isContainer(place) && place.index < mostContainers) places.push(place);
  }
  return places;
}

/**
 * The container a selector means: by position in the list that the path names, by name in either list, init containers
 * first.
 */
export function select(
  containers: readonly ContainerPlace[],
  list: ContainerList,
  selector: Selector,
): ContainerPlace | undefined {
  return selector.by === 'Name'
    ? containers.find(({ name }) => name === selector.name)
    : containers.find((place) => place.list === list && place.index === selector.index);
}

/**
 * JSON Pointer to a container's image string, by evaluating the normalised path (list and position, never text of a
 * user); undefined when the path leads nowhere.
 */
export function pointerTo(
  kind: WorkloadKind,
  object: KubernetesObject,
  place: TriggerContainer,
): string | undefined {
  const path = ['$', ...kind.podSpecPath, place.list, `${place.index}`];
  const [pointer]: readonly unknown[] = JSONPath({
    path,
    json: object,
    resultType: 'pointer',
    eval: 'safe',
    wrap: true,
  });
  return typeof pointer === 'string' ? `${pointer}/image` : undefined;
}

/** `the Deployment has the initContainer "a" and the containers "b", "c"`. */
export function containersInWords(kind: WorkloadKind, containers: readonly ContainerPlace[]): string {
  const parts: string[] = [];
  for (const list of lists) {
    const names = containers.filter((place) => place.list === list).map(({ name }) => shown(name));
    if (names.length === 1) parts.push(`the ${list.slice(0, -1)} ${listing(names)}`);
    else if (names.length > 1) parts.push(`the ${list} ${listing(names)}`);
  }
  return `the ${kind.kind} has ${parts.length === 0 ? 'no containers' : parts.join(' and ')}`;
}

function isContainer(place: ImagePlace): place is ImagePlace & ContainerPlace {
  return place.list === 'initContainers' || place.list === 'containers';
}
