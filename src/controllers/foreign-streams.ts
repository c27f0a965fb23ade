import { type AccessReviews, type ApiClient, resourcePath } from '../cluster/index.ts';
import { foreignSources, type ImageStream, type Sources } from '../imagestream/index.ts';
import { layersQuestion } from '../triggers/index.ts';
import { storedStreams } from './stored-streams.ts';
import type { StreamName } from './stream-name.ts';

export interface ForeignStreamsOptions {
  readonly client: ApiClient;
  readonly access: AccessReviews;
  readonly tracked: { get(key: string): ImageStream | undefined };
}

/** Reads the other streams that a stream's tags come from, before it is decided what they give. */
export class ForeignStreams {
  readonly #options: ForeignStreamsOptions;

  constructor(options: ForeignStreamsOptions) {
    this.#options = options;
  }

  /**
   * Streams that a tag only now wants to know are read whole, as their images may lie deep in the history; of those followed
   * all the time the newest entry is enough, and that is in memory. So is that there is no such stream: the watch tells when one comes.
   */
  async sourcesOf(follower: StreamName, stream: ImageStream): Promise<Sources> {
    const sources = foreignSources(stream);
    if (sources.length === 0) return noSources;
    const { tracked } = this.#options;
    const streams = new Map<string, ImageStream | undefined>();
    const allowed = new Map<string, boolean | undefined>();
    const asked = new Map<string, () => Promise<void>>();
    for (const { namespace, stream: name, follows, pending } of sources) {
      const key = `${namespace}/${name}`;
      if (pending && tracked.get(key) !== undefined) {
        asked.set(`stream ${key}`, async () => {
          streams.set(key, await this.#read(namespace, name));
        });
      }
      if (follows && namespace !== follower.namespace) {
        asked.set(`permission ${key}`, async () => {
          allowed.set(key, await this.#mayPull(follower.namespace, namespace, name));
        });
      }
    }
    await inBatches([...asked.values()]);
    return {
      stream: (namespace, name) => {
        const key = `${namespace}/${name}`;
        // those that the sources follow in turn, to find circles
        return streams.has(key) ? streams.get(key) : tracked.get(key);
      },
      mayPull: (namespace, name) => allowed.get(`${namespace}/${name}`),
    };
  }

  async #read(namespace: string, name: string): Promise<ImageStream | undefined> {
    const path = resourcePath({ ...storedStreams, namespace, name });
    return (await this.#options.client.find(path)) as ImageStream | undefined;
  }

  /** The workloads of a namespace follow its streams, so what counts is what all its accounts may pull. */
  async #mayPull(own: string, namespace: string, name: string): Promise<boolean | undefined> {
    try {
      const { allowed } = await this.#options.access.allowed({
        user: '',
        groups: [`system:serviceaccounts:${own}`],
        ...layersQuestion(namespace, name),
      });
      return allowed;
    } catch {
      return undefined;
    }
  }
}

const noSources: Sources = { stream: () => undefined, mayPull: () => undefined };

/** Requests of one stream at the same time. */
const batch = 16;

async function inBatches(requests: readonly (() => Promise<void>)[]): Promise<void> {
  for (let first = 0; first < requests.length; first += batch) {
    await Promise.all(requests.slice(first, first + batch).map((request) => request()));
  }
}
