import type { ImageStream, ImageStreamStatus, TagReference } from '../../src/imagestream/index.ts';

export const digest = 'sha256:4ab15c48b859c2920dd5224f92aabcd39a52794c5b3cf088fb3bbb438756c246';

export interface Written {
  readonly name?: string;
  readonly generation?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly repository?: string;
  readonly tags?: readonly TagReference[];
  readonly status?: ImageStreamStatus;
}

/** A stream `app` as it is sent or stored; what is not given is not there. */
export function written(parts: Written = {}): ImageStream {
  const { name = 'app', generation, annotations, repository, tags, status } = parts;
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: {
      name,
      ...(generation === undefined ? {} : { generation }),
      ...(annotations === undefined ? {} : { annotations }),
    },
    spec: {
      ...(repository === undefined ? {} : { dockerImageRepository: repository }),
      ...(tags === undefined ? {} : { tags }),
    },
    ...(status === undefined ? {} : { status }),
  };
}

/** A tag from a registry, as a manifest has it. */
export function imported(name: string, pullSpec: string, more: Partial<TagReference> = {}): TagReference {
  return { name, from: { kind: 'DockerImage', name: pullSpec }, ...more };
}

/** A tag from an image stream. */
export function alias(name: string, source: string, more: Partial<TagReference> = {}): TagReference {
  return { name, from: { kind: 'ImageStreamTag', name: source }, ...more };
}

/** The tag as it is stored. */
export function stored(tag: TagReference, generation: number | null = 1): TagReference {
  return {
    ...tag,
    generation,
    importPolicy: { importMode: 'PreserveOriginal', ...tag.importPolicy },
    referencePolicy: { type: 'Source', ...tag.referencePolicy },
  };
}

/** One entry of history. */
export function recorded(reference: string, generation = 1, image = digest) {
  return { created: '2026-01-01T00:00:00Z', dockerImageReference: reference, image, generation };
}
