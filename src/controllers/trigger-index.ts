import type { Trigger } from '../triggers/index.ts';

/** A tag, and how many workloads follow it. */
export interface TagFollowers {
  /** `namespace/name` */
  readonly stream: string;
  readonly tag: string;
  readonly workloads: number;
}

/** An image stream tag that a workload follows. */
export type FollowedTag = Pick<Trigger, 'namespace' | 'stream' | 'tag'>;

/** Which workloads follow which tags, so that a moved tag costs work for its followers only. */
export class TriggerIndex {
  readonly #streams = new Map<string, Map<string, Set<string>>>();
  readonly #followed = new Map<string, readonly FollowedTag[]>();

  /** Tags that are followed. */
  get size(): number {
    let size = 0;
    for (const tags of this.#streams.values()) size += tags.size;
    return size;
  }

  /**
   * The tags of a stream that are followed, each with the keys of the workloads that follow it.
   * @param stream `namespace/name`
   */
  followersOf(stream: string): Iterable<readonly [tag: string, workloads: ReadonlySet<string>]> {
    return this.#streams.get(stream) ?? [];
  }

  /** How many workloads follow a tag. @param stream `namespace/name` */
  countOf(stream: string, tag: string): number {
    return this.#streams.get(stream)?.get(tag)?.size ?? 0;
  }

  /** The most followed tags, most followed first; as many as asked for. */
  mostFollowed(count: number): readonly TagFollowers[] {
    const most: TagFollowers[] = [];
    for (const [stream, tags] of this.#streams) {
      for (const [tag, { size }] of tags) {
        if (most.length === count && size <= (most.at(-1)?.workloads ?? 0)) continue;
        const place = most.findIndex(({ workloads }) => workloads < size);
        most.splice(place < 0 ? most.length : place, 0, { stream, tag, workloads: size });
        if (most.length > count) most.pop();
      }
    }
    return most;
  }

  /** Takes the place of what was known of the workload; nothing for one that is gone. */
  set(workload: string, follows: readonly FollowedTag[]): void {
    for (const followed of this.#followed.get(workload) ?? []) this.#remove(workload, followed);
    if (follows.length === 0) this.#followed.delete(workload);
    else this.#followed.set(workload, follows);
    for (const followed of follows) {
      const stream = streamOf(followed);
      const tags = this.#streams.get(stream) ?? new Map<string, Set<string>>();
      this.#streams.set(stream, tags);
      const workloads = tags.get(followed.tag) ?? new Set();
      tags.set(followed.tag, workloads.add(workload));
    }
  }

  #remove(workload: string, followed: FollowedTag): void {
    const stream = streamOf(followed);
    const tags = this.#streams.get(stream);
    const workloads = tags?.get(followed.tag);
    workloads?.delete(workload);
    if (workloads?.size === 0) tags?.delete(followed.tag);
    if (tags?.size === 0) this.#streams.delete(stream);
  }
}

function streamOf({ namespace, stream }: FollowedTag): string {
  return `${namespace}/${stream}`;
}
