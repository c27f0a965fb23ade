import { present } from '../cel/index.ts';
import { isPod, type WorkloadKind } from '../workloads/index.ts';

/** `sha256` or `sha512`, as OCI registers them. */
export const exactImage = '@(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$';

/**
 * A CEL list of every image that an object would run, each `{what, image}`: `what` is `container "web"` as in the webhook's sentences.
 * An image that is absent counts as the empty one.
 */
export function imagesOf(object: 'object' | 'oldObject', kind: WorkloadKind): string {
  const containers = [
    entries(object, kind, 'containers', 'container'),
    entries(object, kind, 'initContainers', 'init container'),
  ];
  if (isPod(kind)) containers.push(entries(object, kind, 'ephemeralContainers', 'ephemeral container'));
  return [...containers, volumes(object, kind)].join(' + ');
}

function entries(object: string, { podSpecPath }: WorkloadKind, list: string, what: string): string {
  const path = [...podSpecPath, list];
  const image = "has(entry.image) ? string(entry.image) : ''";
  // a Knative Service need not name its only container
  const name = "has(entry.name) ? string(entry.name) : ''";
  const made = `{'what': '${what} "' + (${name}) + '"', 'image': ${image}}`;
  return `(${present(object, path)} ? ${[object, ...path].join('.')}.map(entry, ${made}) : [])`;
}

/** A volume without image.reference stays empty until it is mounted, so nothing is to be held to a digest there. */
function volumes(object: string, { podSpecPath }: WorkloadKind): string {
  const path = [...podSpecPath, 'volumes'];
  const isImage = 'has(entry.image) && has(entry.image.reference)';
  const made = `{'what': 'volume "' + string(entry.name) + '"', 'image': string(entry.image.reference)}`;
  return `(${present(object, path)} ? ${[object, ...path].join('.')}.filter(entry, ${isImage}).map(entry, ${made}) : [])`;
}
