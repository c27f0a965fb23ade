import type { ImageStream, TagReference } from '../../src/imagestream/index.ts';

/** A source, where more is to be said than where an image comes from. */
export interface TagParts {
  readonly from: string;
  readonly scheduled?: boolean;
  /** The test registries speak plain HTTP, so tags are insecure unless this says false. */
  readonly insecure?: boolean;
  readonly importMode?: 'Legacy' | 'PreserveOriginal';
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A tag that follows another tag. */
export interface AliasParts {
  readonly alias: string;
  readonly namespace?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Tag → pull spec, or more. */
export type TagSources = Readonly<Record<string, string | TagParts | AliasParts>>;

export interface StreamParts {
  /** Local lookup; on unless false. */
  readonly local?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly repository?: string;
}

/** An ImageStream as a user writes it. */
export function userStream(
  name: string,
  tags: TagSources,
  { local = true, annotations, repository }: StreamParts = {},
): ImageStream {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      lookupPolicy: { local },
      ...(repository === undefined ? {} : { dockerImageRepository: repository }),
      tags: Object.entries(tags).map(([tag, source]) => tagReference(tag, source)),
    },
  };
}

/** One entry of `spec.tags` as a user writes it. */
export function tagReference(name: string, source: string | TagParts | AliasParts): TagReference {
  const parts = typeof source === 'string' ? { from: source } : source;
  const annotations = parts.annotations === undefined ? {} : { annotations: parts.annotations };
  if ('alias' in parts) {
    const namespace = parts.namespace === undefined ? {} : { namespace: parts.namespace };
    return { name, ...annotations, from: { kind: 'ImageStreamTag', name: parts.alias, ...namespace } };
  }
  const { from, scheduled, insecure = true, importMode } = parts;
  return {
    name,
    ...annotations,
    from: { kind: 'DockerImage', name: from },
    importPolicy: {
      ...(insecure ? { insecure } : {}),
      ...(scheduled === undefined ? {} : { scheduled }),
      ...(importMode === undefined ? {} : { importMode }),
    },
  };
}
