import { type ImageReference, parseReference } from '../reference/index.ts';
import { dockerHub, dockerHubHosts } from './docker-hub.ts';
import { readableSpec, readableStatus } from './shape.ts';
import type { ImageStream } from './types.ts';

/**
 * Names a repository whatever its tag or digest, with Docker Hub's short forms written out: `busybox:1` and
 * `docker.io/library/busybox` have the same key.
 */
export function repositoryKey({ registry, namespace, name }: ImageReference): string {
  const hub = registry === '' || dockerHubHosts.includes(registry);
  return `${hub ? dockerHub : registry}/${hub && namespace === '' ? 'library' : namespace}/${name}`;
}

/** Every repository that a stream's spec or history mentions, by its key; what does not parse is passed over. */
export function knownRepositories(stream: ImageStream | undefined): ReadonlySet<string> {
  const keys = new Set<string>();
  const add = (pullSpec: string | undefined) => {
    const parsed = parseReference(pullSpec ?? '');
    if (parsed.ok) keys.add(repositoryKey(parsed.reference));
  };
  const spec = readableSpec(stream);
  add(spec?.dockerImageRepository);
  for (const { from } of spec?.tags ?? []) if (from?.kind === 'DockerImage') add(from.name);
  for (const { items } of readableStatus(stream)?.tags ?? []) {
    for (const { dockerImageReference } of items ?? []) add(dockerImageReference);
  }
  return keys;
}
