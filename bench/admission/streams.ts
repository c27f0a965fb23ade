import { createHash } from 'node:crypto';

export const streamCount = 10_000;
export const tagsPerStream = 10;
const streamsPerNamespace = 20;
const imagesPerTag = 2;

export function streamName(index: number): string {
  return `application-${index % streamsPerNamespace}`;
}

export function streamNamespace(index: number): string {
  return `team-${Math.floor(index / streamsPerNamespace)}`;
}

/** An image stream as an API server sends it: ten imported tags with two history entries each, and managed fields. */
export function stream(index: number, resourceVersion: number, generation = 1) {
  const [name, namespace] = [streamName(index), streamNamespace(index)];
  const repository = `quay.io/${namespace}/${name}`;
  const tags = Array.from({ length: tagsPerStream }, (_, tag) => `tag-${tag}`);
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: {
      name,
      namespace,
      uid: `5d6f0c1e-6393-11e8-b7cc-${String(index).padStart(12, '0')}`,
      resourceVersion: String(resourceVersion),
      generation,
      creationTimestamp: '2026-11-23T08:00:00Z',
      managedFields: [
        {
          manager: 'imagestreams',
          operation: 'Update',
          apiVersion: 'image.openshift.io/v1stored',
          time: '2026-11-23T08:00:00Z',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:spec': { '.': {}, 'f:tags': {} }, 'f:status': { '.': {}, 'f:tags': {} } },
        },
      ],
    },
    spec: {
      lookupPolicy: { local: true },
      tags: tags.map((tag) => ({
        name: tag,
        annotations: null,
        from: { kind: 'DockerImage', name: `${repository}:${tag}` },
        generation,
        importPolicy: { scheduled: true, importMode: 'Legacy' },
        referencePolicy: { type: 'Source' },
      })),
    },
    status: {
      dockerImageRepository: '',
      tags: tags.map((tag) => ({
        tag,
        items: Array.from({ length: imagesPerTag }, (_, age) => {
          const image = digest(`${repository}:${tag} ${generation - age}`);
          return {
            created: '2026-11-23T08:00:00Z',
            dockerImageReference: `${repository}@${image}`,
            image,
            generation,
          };
        }),
      })),
    },
  };
}

function digest(seed: string): string {
  return `sha256:${createHash('sha256').update(seed).digest('hex')}`;
}
