import type { WorkloadKind } from './kinds.ts';
import { type KubernetesObject, valueAt } from './object.ts';

export type ImageList = 'initContainers' | 'containers' | 'ephemeralContainers' | 'volumes';

/** One place in a pod spec that holds an image string. */
export interface ImagePlace {
  readonly list: ImageList;
  readonly index: number;
  /** The container's name, or the volume's. */
  readonly name: string;
  /** The image string as it stands; empty when absent. */
  readonly image: string;
}

/** Lists that OpenShift does not visit; each can be switched off. */
export interface VisitOptions {
  readonly ephemeralContainers: boolean;
  readonly imageVolumes: boolean;
}

export const visitAll: VisitOptions = { ephemeralContainers: true, imageVolumes: true };

/**
 * Every image of an object's pod spec: init containers, containers, ephemeral containers, image volumes, in that order.
 * Lists that are absent or no arrays, and entries that are no objects, hold no image.
 * Source: image-policy.md §3.2; ephemeral containers and image volumes are additions.
 */
export function imagesOf(
  kind: WorkloadKind,
  object: KubernetesObject,
  options: VisitOptions = visitAll,
): readonly ImagePlace[] {
  const places: ImagePlace[] = [];
  const podSpec = valueAt(object, kind.podSpecPath);
  visitContainers(places, podSpec, 'initContainers');
  visitContainers(places, podSpec, 'containers');
  if (options.ephemeralContainers) visitContainers(places, podSpec, 'ephemeralContainers');
  if (options.imageVolumes) visitVolumes(places, podSpec);
  return places;
}

/** JSON Pointer (RFC 6901) to the image string of a place. */
export function imagePointer(kind: WorkloadKind, { list, index }: ImagePlace): string {
  return `/${kind.podSpecPath.join('/')}/${list}/${index}/${imagePath[list].join('/')}`;
}

/** The place as Kubernetes writes it in errors: `spec.template.spec.containers[0].image`. */
export function imageField(kind: WorkloadKind, { list, index }: ImagePlace): string {
  return `${kind.podSpecPath.join('.')}.${list}[${index}].${imagePath[list].join('.')}`;
}

const imagePath: Readonly<Record<ImageList, readonly string[]>> = {
  initContainers: ['image'],
  containers: ['image'],
  ephemeralContainers: ['image'],
  volumes: ['image', 'reference'],
};

function visitContainers(places: ImagePlace[], podSpec: unknown, list: ImageList): void {
  for (const [index, entry] of entriesOf(podSpec, list)) {
    places.push({ list, index, name: textAt(entry, ['name']), image: textAt(entry, imagePath[list]) });
  }
}

function visitVolumes(places: ImagePlace[], podSpec: unknown): void {
  for (const [index, entry] of entriesOf(podSpec, 'volumes')) {
    const image = textAt(entry, imagePath.volumes);
    if (image !== '') places.push({ list: 'volumes', index, name: textAt(entry, ['name']), image });
  }
}

function* entriesOf(podSpec: unknown, list: ImageList): Generator<readonly [number, object]> {
  const entries = valueAt(podSpec, [list]);
  if (!Array.isArray(entries)) return;
  for (const [index, entry] of entries.entries()) {
    if (typeof entry === 'object' && entry !== null) yield [index, entry];
  }
}

function textAt(entry: object, path: readonly string[]): string {
  const value = valueAt(entry, path);
  return typeof value === 'string' ? value : '';
}
