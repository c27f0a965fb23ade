import { foreignSources, type ImageStream } from '../imagestream/index.ts';
import type { StreamName } from './stream-name.ts';

/** Which streams have tags that come from which other streams, so that a change of one costs work for its followers only. */
export class FollowerIndex {
  readonly #followers = new Map<string, Set<string>>();
  readonly #sources = new Map<string, ReadonlySet<string>>();

  /** Keys of the streams that want to know of changes of this one. */
  followersOf(key: string): Iterable<string> {
    return this.#followers.get(key) ?? [];
  }

  /** Takes the place of what was known of the stream; undefined for one that is gone. */
  set({ key }: StreamName, stream: ImageStream | undefined): void {
    const before = this.#sources.get(key) ?? nothing;
    const now = stream === undefined ? nothing : sourcesOf(stream);
    for (const source of before) if (!now.has(source)) this.#remove(source, key);
    for (const source of now) if (!before.has(source)) this.#add(source, key);
    if (now.size === 0) this.#sources.delete(key);
    else this.#sources.set(key, now);
  }

  #add(source: string, follower: string): void {
    const followers = this.#followers.get(source);
    if (followers === undefined) this.#followers.set(source, new Set([follower]));
    else followers.add(follower);
  }

  #remove(source: string, follower: string): void {
    const followers = this.#followers.get(source);
    followers?.delete(follower);
    if (followers?.size === 0) this.#followers.delete(source);
  }
}

const nothing: ReadonlySet<string> = new Set();

function sourcesOf(stream: ImageStream): ReadonlySet<string> {
  const wanted = foreignSources(stream).filter(({ follows, pending }) => follows || pending);
  return wanted.length === 0
    ? nothing
    : new Set(wanted.map(({ namespace, stream: name }) => `${namespace}/${name}`));
}
