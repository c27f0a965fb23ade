import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import { fireAnnotation, heldAnnotation, releaseAnnotation } from '../../src/triggers/index.ts';
import type { TriggerArena } from './trigger-arena.ts';
import {
  created,
  fired,
  isFollowing,
  named,
  released,
  type Subject,
  undone,
  untouched,
  type Write,
  written,
} from './trigger-oracle.ts';
import { type Step, type Tag, tags, type Version } from './trigger-steps.ts';
import { type ManifestParts, type Style, TriggerSubject } from './trigger-subject.ts';
import { waitFor } from './waiting.ts';

/** A run of the model: one Deployment, and what is known of the tags. */
export class TriggerRun {
  readonly #arena: TriggerArena;
  readonly #style: Style;
  readonly #subject: TriggerSubject;
  readonly #positions = new Map<Tag, Version>([
    ['a', 'v1'],
    ['b', 'v2'],
  ]);
  /** Images that each tag has had since all was quiet. */
  readonly #recent = new Map<Tag, Set<string>>();
  /** All that it had in this run. */
  readonly #ever = new Map<Tag, Set<string>>();
  #manifest: ManifestParts;
  /** The last image that it named. */
  #text: string | undefined;
  /** The object still tells what it named; kubectl keeps it there, other tools leave that to triggers. */
  #tellsText = true;
  #values = 0;

  constructor(arena: TriggerArena, name: string, style: Style, manifest: ManifestParts) {
    this.#arena = arena;
    this.#style = style;
    this.#subject = new TriggerSubject(arena.project, arena.client, name, style);
    this.#manifest = manifest;
    this.#text = manifest.text === ' ' ? undefined : manifest.text;
  }

  async begin(): Promise<void> {
    this.#arena.proxies.webhook.thaw();
    for (const [tag, to] of this.#positions) await this.#move(tag, to);
    await this.settle();
    await this.#create();
  }

  async take(each: Step): Promise<void> {
    switch (each.do) {
      case 'Move':
        await this.#move(each.tag, each.to);
        return;
      case 'Freeze':
        this.#arena.proxies[each.whose].freeze();
        return;
      case 'Thaw':
        this.#arena.proxies[each.whose].thaw();
        return;
      case 'Drop':
        this.#arena.proxies[each.whose].drop();
        return;
      case 'Settle':
        await this.settle();
        return;
      case 'Kill':
        await this.#arena.killController();
        return;
      case 'Recreate':
        await this.#subject.delete();
        await this.#create();
        return;
      default: {
        // an undo is of what a person sees, so it waits for that
        if (each.do === 'Undo') await this.#quiet();
        const before = await this.#subject.read();
        const allowed = await this.#act(each, before);
        const after = await this.#subject.read();
        if (!allowed.some((one) => isDeepStrictEqual(plain(one), plain(after)))) {
          const known = Object.fromEntries(tags.map((tag) => [tag, this.#images.now(tag)]));
          throw new Error(
            told(this.#arena.images, { step: each, before, manifest: this.#manifest, known, after, allowed }),
          );
        }
        this.#tellsText = this.#stillTellsText(each, after);
      }
    }
  }

  /** Does something to the Deployment, and tells what may come of it. */
  async #act(
    each: Exclude<Step, { do: 'Move' | 'Freeze' | 'Thaw' | 'Drop' | 'Settle' | 'Kill' | 'Recreate' }>,
    before: Subject,
  ): Promise<readonly Subject[]> {
    const subject = this.#subject;
    const known = this.#images;
    switch (each.do) {
      case 'SetImage': {
        const image = this.#arena.images.get(each.image as Version) ?? each.image;
        await subject.setImage(image);
        const { follows: followed } = before;
        const tag = image.startsWith('app:') ? image.slice(4) : undefined;
        if (tag === undefined) return written({ image, means: 'Purpose', follows: followed }, before, known);
        if (tag === followed?.tag)
          return written({ image, means: 'Placeholder', follows: followed }, before, known);
        return named(tag, before, known);
      }
      case 'Apply':
      case 'ApplyAgain': {
        const manifest = each.do === 'Apply' ? each.manifest : this.#manifest;
        await subject.apply(manifest);
        // kubectl takes away only what it brought: a trigger that somebody else put there stays
        const follows = manifest.follows ?? (await subject.read()).follows;
        const write = this.#meaning({ ...manifest, follows }, before);
        this.#manifest = manifest;
        if (write.image !== ' ') this.#text = write.image;
        return written(write, before, known);
      }
      case 'Follow':
        await subject.follow(each.follows);
        return written({ image: undefined, means: 'Placeholder', follows: each.follows }, before, known);
      case 'Undo': {
        const previous = await subject.previous();
        if (previous === undefined) return untouched(before, known);
        await subject.undo();
        return undone(previous, before, known);
      }
      case 'Fire':
        await subject.annotate(`${fireAnnotation}=${this.#value()}`);
        return fired(before, known);
      case 'Release':
        await subject.annotate(`${releaseAnnotation}=${this.#value()}`);
        return released(before, known);
      case 'RemoveHold':
        await subject.annotate(`${heldAnnotation}-`);
        return released(before, known);
      case 'Touch':
        await subject.annotate(`note=${this.#value()}`);
        return untouched(before, known);
    }
  }

  /** Where no trigger rests or acts, an image that is set takes the place of the manifest's without a trace. */
  #stillTellsText({ do: action }: Step, after: Subject): boolean {
    if (action === 'Apply' || action === 'ApplyAgain' || this.#style === 'client') return true;
    const isKept = after.held || isFollowing(after) || after.image === this.#manifest.text;
    return this.#tellsText && isKept;
  }

  /** The page speaks of the text that the manifest had before; where no trigger acted, who replaces may not know it. */
  #meaning({ text, follows: followed }: ManifestParts, { follows: was, held }: Subject): Write {
    if (text === undefined || text === ' ') return { image: ' ', means: 'Placeholder', follows: followed };
    const isSame = text === this.#text;
    const isSure =
      this.#tellsText &&
      text === this.#manifest.text &&
      was !== undefined &&
      !was.paused &&
      followed?.paused !== true &&
      !held;
    return { image: text, means: isSure ? 'Placeholder' : isSame ? 'Either' : 'Purpose', follows: followed };
  }

  /** All has arrived, and the controller has nothing more to do. */
  async settle(): Promise<void> {
    this.#arena.proxies.controller.thaw();
    for (const [tag, version] of this.#positions) {
      const image = this.#arena.images.get(version)!;
      await this.#arena.project.imported('app', tag, image.split('@')[1]);
      this.#recent.set(tag, new Set([image]));
    }
    await this.#arena.controllerIdle();
  }

  /** All is quiet, and the Deployment is what the rules demand. */
  async #quiet(): Promise<void> {
    const before = await this.#subject.read();
    await this.settle();
    const followed = this.#arena.images.get(this.#positions.get(before.follows?.tag as Tag)!);
    const expected = isFollowing(before) ? followed : before.image;
    await waitFor(`${this.#subject.name} to become what the rules demand`, () => this.#subject.read(), {
      until: ({ image, held }) => image === expected && held === before.held,
    });
  }

  /** In the end it stays what it is. */
  async end(): Promise<void> {
    await this.#quiet();
    const spec = JSON.stringify((await this.#subject.stored()).spec);
    for (const replica of [0, 1]) {
      this.#arena.chooseReplica(replica);
      await this.#subject.annotate(`note=${this.#value()}`);
    }
    expect(JSON.stringify((await this.#subject.stored()).spec)).toBe(spec);
    await this.#subject.delete();
  }

  async #create(): Promise<void> {
    const { text, follows: followed } = this.#manifest;
    this.#tellsText = true;
    await this.#subject.create(this.#manifest);
    const allowed = created({ image: text, means: 'Purpose', follows: followed }, this.#images);
    const after = await this.#subject.read();
    if (isFollowing(after)) return;
    expect(allowed).toContainEqual(after);
  }

  async #move(tag: Tag, to: Version): Promise<void> {
    await this.#arena.project.patchTag('app', tag, '/from/name', to);
    this.#positions.set(tag, to);
    for (const known of [this.#recent, this.#ever]) {
      known.set(tag, new Set([...(known.get(tag) ?? []), this.#arena.images.get(to)!]));
    }
  }

  readonly #images = {
    now: (tag: string) => [...(this.#recent.get(tag as Tag) ?? [])],
    remembered: (tag: string) => [...(this.#ever.get(tag as Tag) ?? [])],
  };

  #value(): string {
    this.#values += 1;
    return String(this.#values);
  }
}

/** Generated values have no prototype. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** One line for each part, with images by their version. */
function told(images: ReadonlyMap<string, string>, parts: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(parts).flatMap(([part, value]) =>
    [value].flat().map((each) => `${part} ${JSON.stringify(each)}`),
  );
  const text = ['not what the rules allow:', ...new Set(lines)].join('\n');
  return [...images].reduce((all, [version, image]) => all.replaceAll(image, version), text);
}
