import {
  type StreamChanges,
  StreamIndex,
  type StreamListener,
  type StreamSource,
} from '../../src/admission/index.ts';
import {
  type ImageStream,
  type ImageStreamMetadata,
  type ResolvableStream,
  resolvableStream,
  type TagReference,
} from '../../src/imagestream/index.ts';

/** A digest that can be told apart by its last letter. */
export function digest(letter: string): string {
  return `sha256:${letter.padStart(64, '0')}`;
}

export const [AAA, BBB, CCC] = [digest('a'), digest('b'), digest('c')] as const;

/** One tag of a stream in a test: its image, and what its spec says besides. */
export interface TagFixture extends Partial<TagReference> {
  readonly tag: string;
  /** `repository:tag` or `repository@digest` as recorded; absent for a tag without history. */
  readonly recorded?: string;
  /** Digest of the newest history entry; empty for a tag that only records a reference. */
  readonly image?: string;
  readonly importFailed?: boolean;
}

/** An ImageStream as the API server would send it. */
export function imageStream(
  name: string,
  tags: readonly TagFixture[],
  {
    local = true,
    repository = '',
    namespace = 'app',
  }: { readonly local?: boolean; readonly repository?: string; readonly namespace?: string } = {},
): ImageStream & { readonly metadata: ImageStreamMetadata } {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name, namespace },
    spec: {
      lookupPolicy: { local },
      tags: tags.map(({ tag, recorded, image, importFailed, ...spec }) => ({
        name: tag,
        from: { kind: 'DockerImage', name: recorded ?? `quay.io/org/${name}:${tag}` },
        ...spec,
      })),
    },
    status: {
      dockerImageRepository: repository,
      tags: tags.filter(({ recorded, importFailed }) => recorded !== undefined || importFailed).map(history),
    },
  };
}

function history({ tag, recorded, image, importFailed = false }: TagFixture) {
  const items =
    recorded === undefined
      ? null
      : [{ dockerImageReference: recorded, image: image ?? '', created: '2026-01-01T00:00:00Z' }];
  const conditions = importFailed ? [{ type: 'ImportSuccess', status: 'False' }] : null;
  return { tag, items, conditions };
}

/** Streams in memory and, apart from them, what a live call would find; counts the calls. */
export class StreamsFixture implements StreamSource, StreamChanges {
  readonly #memory = new StreamIndex();
  readonly #live = new StreamIndex();
  readonly #lookups: string[] = [];
  readonly #listeners: StreamListener[] = [];
  /** Nobody can be asked: every live call fails. */
  unavailable = false;

  constructor(streams: readonly ImageStream[] = []) {
    for (const stream of streams) {
      this.remember(stream);
      this.create(stream);
    }
  }

  /** `namespace/name` of each live call, in order. */
  get lookups(): readonly string[] {
    return this.#lookups;
  }

  /** What the watch has brought. */
  remember(stream: ImageStream): void {
    const { namespace = '', name } = stream.metadata;
    const projected = resolvableStream(stream);
    this.#memory.set(namespace, name, projected);
    for (const listener of this.#listeners) listener(namespace, name, projected);
  }

  /** The watch says that a stream is gone. */
  forget(namespace: string, name: string): void {
    this.#memory.delete(namespace, name);
    for (const listener of this.#listeners) listener(namespace, name, undefined);
  }

  onChange(listener: StreamListener): void {
    this.#listeners.push(listener);
  }

  /** What is in the cluster, known to the watch or not. */
  create(stream: ImageStream): void {
    const { namespace = '', name } = stream.metadata;
    this.#live.set(namespace, name, resolvableStream(stream));
  }

  get(namespace: string, name: string): ResolvableStream | undefined {
    return this.#memory.get(namespace, name);
  }

  names(namespace: string): Iterable<string> {
    return this.#memory.names(namespace);
  }

  lookup(namespace: string, name: string): Promise<ResolvableStream | undefined> {
    this.#lookups.push(`${namespace}/${name}`);
    return this.unavailable
      ? Promise.reject(new Error('connection refused'))
      : Promise.resolve(this.#live.get(namespace, name));
  }
}

export const registry = 'registry.cluster';

/** The streams of image-policy.md §17, in namespace `app`; with `repositories`, a registry of the cluster's own serves them. */
export function shopStreams({
  repositories = true,
}: {
  readonly repositories?: boolean;
} = {}): StreamsFixture {
  const options = (name: string, local = true) => ({
    local,
    repository: repositories ? `${registry}/app/${name}` : '',
  });
  return new StreamsFixture([
    imageStream(
      'mysql',
      [{ tag: '5.7', recorded: 'docker.io/library/mysql:5.7', image: AAA }],
      options('mysql'),
    ),
    imageStream(
      'php',
      [{ tag: 'latest', recorded: `${registry}/app/php@${BBB}`, image: BBB }],
      options('php', false),
    ),
    imageStream(
      'mirror',
      [{ tag: 'v1', recorded: 'quay.io/org/mirror:v1', image: CCC, referencePolicy: { type: 'Local' } }],
      options('mirror'),
    ),
    imageStream(
      'refonly',
      [{ tag: 'x', recorded: 'quay.io/org/refonly:x', image: '', reference: true }],
      options('refonly'),
    ),
  ]);
}

export const resolvedMysql = `docker.io/library/mysql@${AAA}`;
