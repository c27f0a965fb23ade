import type { ImageStream } from '../../src/imagestream/index.ts';
import { digestAt } from './registry.ts';

export const tagsPerStream = 10;
const streamsPerNamespace = 100;

export function namespaceOf(index: number): string {
  return `team-${Math.floor(index / streamsPerNamespace)}`;
}

export function nameOf(index: number): string {
  return `application-${index}`;
}

/** The namespaces of so many streams. */
export function namespacesOf(count: number): readonly string[] {
  return Array.from({ length: Math.ceil(count / streamsPerNamespace) }, (_, index) =>
    namespaceOf(index * streamsPerNamespace),
  );
}

/** An image stream as the controller has left it: ten scheduled tags of one repository, imported, with two entries each. */
export function storedStream(host: string, index: number): ImageStream {
  const [name, namespace] = [nameOf(index), namespaceOf(index)];
  const repository = `${namespace}/${name}`;
  const tags = Array.from({ length: tagsPerStream }, (_, tag) => `tag-${tag}`);
  const created = '2026-11-23T08:00:00Z';
  return {
    apiVersion: 'image.openshift.io/v1stored',
    kind: 'ImageStream',
    metadata: {
      name,
      namespace,
      annotations: {
        'imagestreams.io/tags': `${tags.slice(0, 5).join(',')} + ${tagsPerStream - 5} more...`,
        'imagestreams.io/updated': created,
      },
    },
    spec: {
      lookupPolicy: { local: true },
      tags: tags.map((tag) => ({
        name: tag,
        from: { kind: 'DockerImage', name: `${host}/${repository}:${tag}` },
        generation: 1,
        importPolicy: { scheduled: true, insecure: true, importMode: 'PreserveOriginal' },
        referencePolicy: { type: 'Source' },
      })),
    },
    status: {
      tags: tags.map((tag) => ({
        tag,
        items: [digestAt(repository, tag), digestAt(repository, `${tag}-before`)].map((image) => ({
          created,
          dockerImageReference: `${host}/${repository}@${image}`,
          image,
          generation: 1,
        })),
      })),
    },
  };
}
