import { AnnotationDraft } from './annotation-draft.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { failedTag, type TagFault } from './failed-tag.ts';
import { nextGeneration } from './generations.ts';
import { addTagEvent } from './history.ts';
import { nameOf, type StreamName } from './tag-source.ts';
import { askedGeneration, headOf } from './tag-status.ts';
import type { ImageStream, ImageStreamStatus, NamedTagEventList, TagEvent, TagReference } from './types.ts';

export interface DraftOptions {
  /** RFC 3339. */
  readonly time: string;
  /** Tags for which a first history entry has no room. */
  readonly noRoomFor: ReadonlySet<string>;
  /** What is said of them. */
  readonly noRoom: TagFault;
}

type Repositories = Pick<ImageStreamStatus, 'dockerImageRepository' | 'publicDockerImageRepository'>;

/** A stream while it is decided what becomes of it. What is not changed stays the very same object. */
export class StreamDraft {
  readonly name: StreamName;
  readonly annotations: AnnotationDraft;
  /** By tag. */
  readonly candidates: Map<string, Candidate>;
  /** By name, as the spec has them. */
  readonly tags: ReadonlyMap<string, TagReference>;
  /** By tag, as the status has them. */
  readonly histories: ReadonlyMap<string, NamedTagEventList>;
  readonly #stream: ImageStream;
  readonly #options: DraftOptions;
  readonly #tags: Map<string, TagReference>;
  readonly #histories: Map<string, NamedTagEventList>;
  #repositories: Repositories;
  #specChanged = false;
  #statusChanged = false;
  #nextGeneration: number | undefined;

  constructor(stream: ImageStream, options: DraftOptions) {
    this.name = nameOf(stream);
    this.annotations = new AnnotationDraft(stream.metadata);
    this.candidates = new Map(candidatesOf(stream.metadata.annotations));
    this.#stream = stream;
    this.#options = options;
    this.#tags = new Map((stream.spec?.tags ?? []).map((tag) => [tag.name, tag]));
    this.#histories = new Map((stream.status?.tags ?? []).map((list) => [list.tag, list]));
    this.#repositories = stream.status ?? {};
    this.tags = this.#tags;
    this.histories = this.#histories;
  }

  /** Does the status change? */
  get statusChanged(): boolean {
    return this.#statusChanged;
  }

  /** Adds a tag to the spec, or asks for one of it again. */
  request(tag: TagReference): TagReference {
    this.#nextGeneration ??= nextGeneration(this.#stream);
    const requested = { ...tag, generation: this.#nextGeneration };
    this.#tags.set(tag.name, requested);
    this.#specChanged = true;
    return requested;
  }

  /** Records what a tag of the spec points to; its generation is never below what was recorded before. */
  record(tag: TagReference, event: Omit<TagEvent, 'generation'>): void {
    const history = this.#histories.get(tag.name);
    const head = headOf(history);
    if (head === undefined && this.#options.noRoomFor.has(tag.name)) {
      this.fail(tag, this.#options.noRoom);
      return;
    }
    const generation = Math.max(this.#generationOf(tag), head?.generation ?? 0);
    this.#replace(addTagEvent(history, tag.name, { ...event, generation }).list);
  }

  /** Notes why a tag of the spec got no image; what it points to stays. */
  fail(tag: TagReference, fault: TagFault): void {
    const generation = this.#generationOf(tag);
    const { time } = this.#options;
    this.#replace(failedTag(this.#histories.get(tag.name), { tag: tag.name, fault, generation, time }));
  }

  /** Drops the conditions of a tag that does not fail. */
  succeed(tag: string): void {
    const { conditions, ...list } = this.#histories.get(tag) ?? { tag };
    if (conditions?.length) this.#replace(list);
  }

  /** Drops the history of a tag, and its conditions. */
  forget(tag: string): void {
    if (this.#histories.delete(tag)) this.#statusChanged = true;
  }

  /** Says where the stream's own repository is; empty for nowhere. */
  locate(repositories: Required<Repositories>): void {
    this.#repositories = repositories;
  }

  /** What the stream becomes: identical to the one that the draft began with when nothing changed. */
  finish(): ImageStream {
    const metadata = this.annotations.finish();
    const status = this.#status();
    const { spec } = this.#stream;
    if (!this.#specChanged && metadata === this.#stream.metadata && status === this.#stream.status) {
      return this.#stream;
    }
    return {
      ...this.#stream,
      metadata,
      ...(this.#specChanged ? { spec: { ...spec, tags: [...this.#tags.values()] } } : {}),
      ...(status === undefined ? {} : { status }),
    };
  }

  /** Generation that the tag asks for; one that has none gets one. */
  #generationOf({ name }: TagReference): number {
    const tag = this.#tags.get(name) ?? { name };
    return askedGeneration(tag) || askedGeneration(this.request(tag));
  }

  #replace(list: NamedTagEventList): void {
    if (this.#histories.get(list.tag) === list) return;
    this.#histories.set(list.tag, list);
    this.#statusChanged = true;
  }

  #status(): ImageStreamStatus | null | undefined {
    const { status } = this.#stream;
    const {
      dockerImageRepository: own = '',
      publicDockerImageRepository: reachable = '',
      ...rest
    } = status ?? {};
    const { dockerImageRepository = '', publicDockerImageRepository = '' } = this.#repositories;
    const moved = own !== dockerImageRepository || reachable !== publicDockerImageRepository;
    if (!moved && !this.#statusChanged) return status;
    return {
      ...(dockerImageRepository === '' ? {} : { dockerImageRepository }),
      ...(publicDockerImageRepository === '' ? {} : { publicDockerImageRepository }),
      ...rest,
      ...(this.#statusChanged ? { tags: [...this.#histories.values()].sort(byTag) } : {}),
    };
  }
}

/** In the order in which OpenShift writes them (image-streams.md, preamble). */
function byTag(one: NamedTagEventList, other: NamedTagEventList): number {
  return one.tag < other.tag ? -1 : 1;
}
