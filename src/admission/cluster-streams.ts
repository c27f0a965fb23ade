import { type ApiClient, Lookup, Reflector, resourcePath } from '../cluster/index.ts';
import {
  type ImageStream,
  imageStreamGroup,
  type ResolvableStream,
  resolvableStream,
} from '../imagestream/index.ts';
import type { Logger } from '../telemetry/index.ts';
import type { StreamChanges, StreamListener } from './first-imports.ts';
import { StreamIndex } from './stream-index.ts';
import type { StreamSource } from './streams.ts';

/** For how long a live answer counts: a burst of Pods that all say `nginx:1.27` costs one call. */
const keepMs = 2000;

/** A stream with long histories is large, and a page is in memory as bytes, text and objects at once. */
const pageSize = 100;

/** The streams of a cluster: a watched projection of all of them, and one live GET for what it cannot tell. */
export class ClusterStreams implements StreamSource, StreamChanges {
  readonly importing = true;
  readonly #index = new StreamIndex();
  readonly #reflector: Reflector<ResolvableStream>;
  readonly #live: Lookup<string, ResolvableStream | undefined>;

  constructor(client: ApiClient, logger: Logger) {
    const resource = { group: imageStreamGroup, version: 'v1', resource: 'imagestreams' };
    this.#reflector = new Reflector<ResolvableStream>({
      client,
      path: resourcePath(resource),
      project: ({ body }) => resolvableStream(body as unknown as ImageStream),
      pageSize,
      logger,
    });
    this.#reflector.onChange((change) => {
      const [namespace, name] = parts(change.key);
      if (change.type === 'set') this.#index.set(namespace, name, change.value);
      else this.#index.delete(namespace, name);
      // whatever was asked before is older
      this.#live.forget(change.key);
    });
    this.#live = new Lookup({
      keepMs: () => keepMs,
      load: async (key) => {
        const [namespace, name] = parts(key);
        const object = await client.find(resourcePath({ ...resource, namespace, name }));
        return object === undefined ? undefined : resolvableStream(object as ImageStream);
      },
    });
  }

  get reflector(): Reflector<ResolvableStream> {
    return this.#reflector;
  }

  get size(): number {
    return this.#index.size;
  }

  onChange(listener: StreamListener): void {
    this.#reflector.onChange((change) => {
      const [namespace, name] = parts(change.key);
      listener(namespace, name, change.type === 'set' ? change.value : undefined);
    });
  }

  get(namespace: string, name: string): ResolvableStream | undefined {
    return this.#index.get(namespace, name);
  }

  names(namespace: string): Iterable<string> {
    return this.#index.names(namespace);
  }

  lookup(
    namespace: string,
    name: string,
    { fresh = false }: { readonly fresh?: boolean } = {},
  ): Promise<ResolvableStream | undefined> {
    const key = `${namespace}/${name}`;
    if (fresh) this.#live.forget(key);
    return this.#live.lookup(key);
  }
}

function parts(key: string): readonly [namespace: string, name: string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}
