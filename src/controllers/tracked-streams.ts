import { type ApiClient, Reflector, resourcePath } from '../cluster/index.ts';
import { type ImageStream, trackedStream } from '../imagestream/index.ts';
import type { Logger } from '../telemetry/index.ts';
import { FollowerIndex } from './follower-index.ts';
import { storedStreams } from './stored-streams.ts';
import { streamName } from './stream-name.ts';

/**
 * The cluster's streams as far as the controller needs them in memory. What it wrote itself counts at once, also before the
 * watch has brought it: otherwise an import could be begun again whose result is stored already.
 */
export class TrackedStreams {
  readonly #reflector: Reflector<ImageStream>;
  readonly #written = new Map<string, ImageStream>();
  readonly #followers = new FollowerIndex();

  constructor(client: ApiClient, logger: Logger) {
    this.#reflector = new Reflector<ImageStream>({
      client,
      path: resourcePath(storedStreams),
      project: ({ body }) => trackedStream(body as unknown as ImageStream),
      logger,
    });
    this.#reflector.onChange((change) => {
      const { key } = change;
      const written = this.#written.get(key);
      const isOld = change.type === 'delete' || (written !== undefined && !isNewer(written, change.value));
      if (isOld) this.#written.delete(key);
      this.#followers.set(streamName(key), this.get(key));
    });
  }

  get reflector(): Reflector<ImageStream> {
    return this.#reflector;
  }

  get(key: string): ImageStream | undefined {
    return this.#written.get(key) ?? this.#reflector.get(key);
  }

  /** Keys of the streams that have tags which come from this one, and want to know of its changes. */
  followersOf(key: string): Iterable<string> {
    return this.#followers.followersOf(key);
  }

  /** Takes what the API server made of a write of this process. */
  wrote(key: string, stream: ImageStream): void {
    const watched = this.#reflector.get(key);
    const tracked = trackedStream(stream);
    if (watched !== undefined && isNewer(tracked, watched)) this.#written.set(key, tracked);
  }
}

/** Resource versions grow, and may be compared within a resource (Kubernetes 1.35 and later promise it; etcd always did). */
function isNewer(one: ImageStream, other: ImageStream): boolean {
  return versionOf(one) > versionOf(other);
}

function versionOf({ metadata }: ImageStream): bigint {
  const text = metadata.resourceVersion ?? '';
  return /^\d+$/.test(text) ? BigInt(text) : 0n;
}
