import {
  ambiguous,
  circular,
  imageNotFound,
  notAllowed,
  nothingFills,
  sourceFails,
  streamNotFound,
  tagNotFound,
} from './alias-faults.ts';
import { aliasCircle } from './alias-walk.ts';
import type { StreamDraft } from './draft.ts';
import { existingTags } from './existing-tags.ts';
import type { TagFault } from './failed-tag.ts';
import { follow } from './follow.ts';
import { localReference } from './local-reference.ts';
import { resolveImageId } from './resolve-image-id.ts';
import type { SettleOptions } from './settled.ts';
import { type ImageOfStream, isSameStream, type TagOfStream, tagSource } from './tag-source.ts';
import { failureOf, headOf, isUnanswered } from './tag-status.ts';
import type { ImageStream, NamedTagEventList, TagEvent, TagReference } from './types.ts';

/**
 * What an alias should do: point to an image; nothing, as it points to the right one or its source has none yet (`Rests`); nothing, as
 * it is not known whether it may (`Unknown`); tell what is wrong.
 */
type AliasDecision =
  | { readonly kind: 'Points'; readonly event: TagEvent }
  | { readonly kind: 'Rests' }
  | { readonly kind: 'Unknown' }
  | { readonly kind: 'Fails'; readonly fault: TagFault };

/** What is known of the tag that an alias names. */
interface SourceTag {
  readonly declared: TagReference | undefined;
  readonly history: NamedTagEventList | undefined;
}

const rests: AliasDecision = { kind: 'Rests' };

/**
 * Lets the tags that come from other tags or images of streams point to what these stand for (image-streams.md §4.4, §4.6): those of
 * the same stream always, through any number of steps, others once or, where they say so, always. What has an image keeps it,
 * whatever becomes of its source.
 */
export class Aliases {
  readonly #draft: StreamDraft;
  readonly #options: SettleOptions;
  readonly #settled = new Set<string>();
  /** By stream: what the tags of it are called. */
  readonly #existing = new Map<string, readonly string[]>();
  /** Images that were not found in the stream's own history. */
  #missing = 0;

  constructor(draft: StreamDraft, options: SettleOptions) {
    this.#draft = draft;
    this.#options = options;
  }

  settle(): void {
    for (let missing = Number.POSITIVE_INFINITY; ; missing = this.#missing) {
      this.#missing = 0;
      this.#settled.clear();
      for (const name of [...this.#draft.tags.keys()]) this.#settle(name);
      // an image that was looked for in vain may have come with a tag that was settled later
      if (this.#missing === 0 || this.#missing >= missing) return;
    }
  }

  #settle(name: string): void {
    const tag = this.#draft.tags.get(name);
    if (tag === undefined || this.#settled.has(name)) return;
    this.#settled.add(name);
    const source = tagSource(tag, this.#draft.name);
    if (source.kind !== 'Tag' && source.kind !== 'StreamImage') return;
    const decision = source.kind === 'Tag' ? this.#ofTag(tag, source) : this.#ofImage(tag, source);
    switch (decision.kind) {
      case 'Points':
        this.#point(tag, decision.event);
        break;
      case 'Rests':
        this.#draft.succeed(name);
        break;
      case 'Fails':
        this.#draft.fail(tag, decision.fault);
        break;
      case 'Unknown':
        break;
    }
  }

  #ofTag(tag: TagReference, source: TagOfStream): AliasDecision {
    const own = isSameStream(source, this.#draft.name);
    if (own || follow(tag)) {
      const hindrance = this.#refused(tag, source) ?? this.#circular(tag);
      if (hindrance !== undefined) return hindrance;
    }
    if (own) {
      // its source first, so that one look is enough for any number of steps
      this.#settle(source.tag);
      const { tags, histories } = this.#draft;
      const place = { declared: tags.get(source.tag), history: histories.get(source.tag) };
      return this.#ofHistory(tag, source, place, () => existingTags(tags.values(), histories.values()));
    }
    const pending = this.#isPending(tag);
    if (!follow(tag) && !pending) return rests;
    const stream = this.#options.sources.stream(source.namespace, source.stream);
    if (stream === undefined)
      return pending ? fails(streamNotFound(tag.name, source, this.#draft.name)) : rests;
    const { spec, status } = stream;
    const declared = spec?.tags?.find(({ name }) => name === source.tag);
    return this.#ofHistory(tag, source, { declared, history: historyOf(stream, source.tag) }, () =>
      existingTags(spec?.tags ?? [], status?.tags ?? []),
    );
  }

  #ofHistory(
    tag: TagReference,
    source: TagOfStream,
    { declared, history }: SourceTag,
    existing: () => readonly string[],
  ): AliasDecision {
    const head = headOf(history);
    if (head !== undefined) return { kind: 'Points', event: this.#adopted(tag, source, head) };
    if (!this.#isPending(tag)) return rests;
    const failure = failureOf(history);
    if (failure !== undefined) return fails(sourceFails(tag.name, source, failure.reason ?? ''));
    if (declared === undefined)
      return fails(tagNotFound(tag.name, source, this.#others(tag, source, existing)));
    return tagSource(declared, source).kind === 'None' ? fails(nothingFills(tag.name, source)) : rests;
  }

  /** The tags that the source's stream has beside the alias itself; not told of other namespaces. */
  #others(
    tag: TagReference,
    source: TagOfStream,
    existing: () => readonly string[],
  ): readonly string[] | undefined {
    const { name: home } = this.#draft;
    if (source.namespace !== home.namespace) return undefined;
    const names = this.#existing.get(source.stream) ?? existing();
    this.#existing.set(source.stream, names);
    return source.stream === home.stream ? names.filter((name) => name !== tag.name) : names;
  }

  #ofImage(tag: TagReference, source: ImageOfStream): AliasDecision {
    if (!this.#isPending(tag)) return rests;
    const own = isSameStream(source, this.#draft.name);
    const stream = own ? this.#ownHistory() : this.#options.sources.stream(source.namespace, source.stream);
    if (stream === undefined) return fails(streamNotFound(tag.name, source, this.#draft.name));
    const found = resolveImageId(stream, source.id);
    switch (found.kind) {
      case 'Image': {
        const event = this.#adopted(tag, source, found.event);
        return { kind: 'Points', event: { ...event, created: this.#options.time } };
      }
      case 'Ambiguous':
        return fails(ambiguous(tag.name, source, found.images));
      case 'NotFound':
        if (own) this.#missing += 1;
        return fails(imageNotFound(tag.name, source));
    }
  }

  /** May the tag not follow the other stream, or is that not known? Within a namespace it may. */
  #refused(tag: TagReference, source: TagOfStream): AliasDecision | undefined {
    const { name: home } = this.#draft;
    if (source.namespace === home.namespace) return undefined;
    const allowed = this.#options.sources.mayPull(source.namespace, source.stream);
    if (allowed === undefined) return { kind: 'Unknown' };
    return allowed ? undefined : fails(notAllowed(tag.name, source, home));
  }

  #circular(tag: TagReference): AliasDecision | undefined {
    const start = { kind: 'Tag', ...this.#draft.name, tag: tag.name } as const;
    const circle = aliasCircle(start, (at) => this.#followed(at));
    return circle === undefined ? undefined : fails(circular(tag.name, circle, this.#draft.name));
  }

  /** The tag that a tag of this or another stream follows. */
  #followed({ namespace, stream, tag: name }: TagOfStream): TagOfStream | undefined {
    const home = { namespace, stream };
    const tag = isSameStream(home, this.#draft.name)
      ? this.#draft.tags.get(name)
      : this.#options.sources.stream(namespace, stream)?.spec?.tags?.find((each) => each.name === name);
    const source = tag === undefined ? undefined : tagSource(tag, home);
    if (tag === undefined || source?.kind !== 'Tag') return undefined;
    return isSameStream(source, home) || follow(tag) ? source : undefined;
  }

  #adopted(tag: TagReference, source: TagOfStream | ImageOfStream, event: TagEvent): TagEvent {
    if (tag.reference === true) return event;
    const { integratedRegistry } = this.#options;
    return {
      ...event,
      dockerImageReference: localReference(
        event.dockerImageReference ?? '',
        source,
        this.#draft.name,
        integratedRegistry,
      ),
    };
  }

  #point(tag: TagReference, event: TagEvent): void {
    const head = headOf(this.#draft.histories.get(tag.name));
    const same =
      (head?.image ?? '') === (event.image ?? '') &&
      (head?.dockerImageReference ?? '') === (event.dockerImageReference ?? '');
    if (same && !this.#isPending(tag)) this.#draft.succeed(tag.name);
    else this.#draft.record(tag, event);
  }

  #isPending(tag: TagReference): boolean {
    return isUnanswered(tag, this.#draft.histories.get(tag.name));
  }

  #ownHistory(): Pick<ImageStream, 'status'> {
    return { status: { tags: [...this.#draft.histories.values()] } };
  }
}

function historyOf({ status }: ImageStream, tag: string): NamedTagEventList | undefined {
  return status?.tags?.find((list) => list.tag === tag);
}

function fails(fault: TagFault): AliasDecision {
  return { kind: 'Fails', fault };
}
