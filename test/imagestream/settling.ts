import {
  type ImageStream,
  type ImportSettings,
  type NamedTagEventList,
  type Settled,
  type SettleOptions,
  type Sources,
  settle,
  type TagEvent,
  type TagReference,
} from '../../src/imagestream/index.ts';

export const noon = Date.UTC(2026, 5, 1, 12);
export const minute = 60_000;
export const hour = 60 * minute;

/** RFC 3339, whole seconds. */
export function timeAt(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A digest that can be told apart by its first letters. */
export function digest(letters: string): string {
  return `sha256:${letters.padEnd(64, '0')}`;
}

/** An entry of history, made an hour ago, as an import of `quay.io/org/ruby` records it. */
export function entry(letters: string, more: Partial<TagEvent> = {}): TagEvent {
  const image = digest(letters);
  return {
    created: timeAt(noon - hour),
    dockerImageReference: `quay.io/org/ruby@${image}`,
    image,
    generation: 1,
    ...more,
  };
}

/** The history of a tag, with the letters of its images, newest first. */
export function history(tag: string, ...images: readonly (string | TagEvent)[]): NamedTagEventList {
  return { tag, items: images.map((image) => (typeof image === 'string' ? entry(image) : image)) };
}

export function failure(reason: string, message: string, generation = 1, since = noon - hour) {
  return {
    type: 'ImportSuccess',
    status: 'False',
    lastTransitionTime: timeAt(since),
    reason,
    message,
    generation,
  };
}

/** A tag of a registry, as it is stored. */
export function imported(
  name: string,
  from = `quay.io/org/ruby:${name}`,
  more: Partial<TagReference> = {},
): TagReference {
  return {
    name,
    from: { kind: 'DockerImage', name: from },
    generation: 1,
    importPolicy: { importMode: 'PreserveOriginal' },
    ...more,
  };
}

/** A tag of an image stream, as it is stored. */
export function alias(name: string, source: string, more: Partial<TagReference> = {}): TagReference {
  return { name, from: { kind: 'ImageStreamTag', name: source }, generation: 1, ...more };
}

export function streamImage(name: string, source: string, more: Partial<TagReference> = {}): TagReference {
  return { name, from: { kind: 'ImageStreamImage', name: source }, generation: 1, ...more };
}

export interface StreamParts {
  readonly namespace?: string;
  readonly name?: string;
  readonly generation?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly repository?: string;
  readonly tags?: readonly TagReference[];
  readonly histories?: readonly NamedTagEventList[];
}

/** Stream `ruby` of namespace `app`, as it is stored. */
export function stream(parts: StreamParts): ImageStream {
  const {
    namespace = 'app',
    name = 'ruby',
    generation = 1,
    annotations,
    repository,
    tags,
    histories,
  } = parts;
  return {
    apiVersion: 'image.openshift.io/v1stored',
    kind: 'ImageStream',
    metadata: { namespace, name, generation, resourceVersion: '7', ...(annotations ? { annotations } : {}) },
    spec: { ...(repository === undefined ? {} : { dockerImageRepository: repository }), tags: tags ?? [] },
    ...(histories === undefined ? {} : { status: { tags: histories } }),
  };
}

export const settings: ImportSettings = {
  intervalMs: 15 * minute,
  minimumIntervalMs: minute,
  scheduledImports: true,
  defaultMode: 'PreserveOriginal',
};

/** Other streams; `allowed` and `unknown` are namespaces from which the workloads of `app` may pull, or might. */
export function sourcesOf(
  streams: readonly ImageStream[],
  {
    allowed = [],
    unknown = [],
  }: { readonly allowed?: readonly string[]; readonly unknown?: readonly string[] } = {},
): Sources {
  return {
    stream: (namespace, name) =>
      streams.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
    mayPull: (namespace) => (unknown.includes(namespace) ? undefined : allowed.includes(namespace)),
  };
}

export type Settling = Partial<Omit<SettleOptions, 'time'>>;

/** Settles at noon without any news, unless told otherwise. */
export function settled(before: ImageStream, options: Settling = {}): Settled {
  const now = options.now ?? noon;
  return settle(before, {
    now,
    time: timeAt(now),
    results: [],
    sources: sourcesOf([]),
    integratedRegistry: '',
    publicRegistry: '',
    settings,
    mostEntries: 100,
    mostBytes: 700_000,
    ...options,
  });
}

/** The status of a tag. */
export function tagOf({ status }: ImageStream, tag: string): NamedTagEventList | undefined {
  return status?.tags?.find((list) => list.tag === tag);
}

/** Digests of a tag's history, newest first. */
export function imagesOf(after: ImageStream, tag: string): readonly string[] {
  return (tagOf(after, tag)?.items ?? []).map(({ image }) => image ?? '');
}
