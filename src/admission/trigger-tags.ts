import type { ResolvableStream } from '../imagestream/index.ts';
import type { TagNow, Trigger } from '../triggers/index.ts';
import { pullFindings } from './pull-findings.ts';
import type { Subject } from './subject.ts';
import type { Surroundings } from './surroundings.ts';
import { mostAsked } from './trigger-streams.ts';

/** What the tags that a workload follows give, from memory and, where that does not do, from the API server. */
export class TriggerTags {
  readonly #subject: Subject;
  readonly #around: Surroundings;
  /** Answers of this review; `Unanswered` when there was none. */
  readonly #asked = new Map<string, ResolvableStream | 'NoStream' | 'NotAllowed' | 'Unanswered'>();

  constructor(subject: Subject, around: Surroundings) {
    this.#subject = subject;
    this.#around = around;
  }

  now(trigger: Trigger): TagNow {
    const asked = this.#asked.get(keyOf(trigger));
    const certain = asked !== undefined && asked !== 'Unanswered';
    if (asked === 'NotAllowed') return { image: undefined, certain, why: notAllowed };
    // nothing is told of another namespace before it was asked whether the workload's account may pull there
    if (trigger.crossNamespace && !certain) return { image: undefined, certain };
    const remembered = this.#around.streams.get(trigger.namespace, trigger.stream);
    const known = certain ? asked : remembered;
    return { certain, ...tagIn(known === 'NoStream' ? undefined : known, trigger) };
  }

  /** Those of this namespace whose tags are being imported for the first time, as far as is known. */
  pending(triggers: readonly Trigger[]): readonly Trigger[] {
    return triggers.filter((trigger) => {
      const { crossNamespace, namespace, stream, tag } = trigger;
      const asked = this.#asked.get(keyOf(trigger));
      const known = typeof asked === 'object' ? asked : this.#around.streams.get(namespace, stream);
      return !crossNamespace && known?.tags.find(({ name }) => name === tag)?.state === 'Pending';
    });
  }

  /** From now on memory counts where it has the images: it heard of them after it was asked. */
  believeMemory(triggers: readonly Trigger[]): void {
    for (const trigger of triggers) {
      const stream = this.#around.streams.get(trigger.namespace, trigger.stream);
      if (tagIn(stream, trigger).image !== undefined) this.#asked.set(keyOf(trigger), stream ?? 'NoStream');
    }
  }

  /** Was the stream asked for in this review, whatever came of it? */
  wasAsked(trigger: Trigger): boolean {
    return this.#asked.has(keyOf(trigger));
  }

  /** Asks for the streams of these triggers, each once in a review; of another namespace only what the workload may pull. */
  async ask(triggers: readonly Trigger[]): Promise<void> {
    const open = triggers.filter((trigger) => !this.wasAsked(trigger));
    const { unreadable, pullable } = await pullFindings(this.#subject, open, this.#around);
    for (const { code, entry } of unreadable) {
      const trigger = open.find((each) => each.entry === entry);
      const answer = code === 'PullNotAllowed' ? 'NotAllowed' : 'Unanswered';
      if (trigger !== undefined) this.#asked.set(keyOf(trigger), answer);
    }
    const streams = new Map(pullable.map((trigger) => [keyOf(trigger), trigger]));
    await Promise.all(
      Array.from(streams, async ([key, { namespace, stream }]) => {
        this.#asked.set(key, await this.#answer(namespace, stream));
      }),
    );
  }

  async #answer(namespace: string, stream: string): Promise<ResolvableStream | 'NoStream' | 'Unanswered'> {
    if (this.#asked.size >= mostAsked) return 'Unanswered';
    try {
      return (await this.#around.streams.lookup(namespace, stream, { fresh: true })) ?? 'NoStream';
    } catch {
      return 'Unanswered';
    }
  }
}

const notAllowed = "the workload's service account may not pull from there";

function tagIn(
  stream: ResolvableStream | undefined,
  { tag }: Trigger,
): { readonly image: string | undefined; readonly why?: string } {
  if (stream === undefined) return { image: undefined, why: 'there is no such image stream' };
  const found = stream.tags.find(({ name }) => name === tag);
  switch (found?.state) {
    case undefined:
      return { image: undefined, why: 'the image stream has no such tag' };
    case 'Image':
      return { image: found.pullSpec };
    case 'ReferenceOnly':
      return { image: found.recorded, why: 'it is not imported yet' };
    case 'Pending':
      return { image: undefined, why: 'it is not imported yet' };
    case 'ImportFailed':
      return { image: undefined, why: 'its import failed' };
  }
}

function keyOf({ namespace, stream }: Trigger): string {
  return `${namespace}/${stream}`;
}
