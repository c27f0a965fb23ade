import { restingNote, type TriggerPreview } from '../controllers/index.ts';
import type { MoveEffect, PreviewedImage } from '../triggers/index.ts';
import { cursorFor } from './question.ts';

/** What is answered to a question, as JSON. */
export interface TagMovePreview {
  readonly kind: 'TagMovePreview';
  readonly apiVersion: 'imagestreams.io/v1alpha1';
  /** For the next part, when there is one. */
  readonly metadata: { readonly continue?: string };
  /** The tags that would move: the one that was asked about, then those that follow it. */
  readonly tags: readonly {
    readonly namespace: string;
    /** `STREAM:TAG` */
    readonly name: string;
    /** Pull spec; absent when the tag has no image. */
    readonly from?: string;
    readonly to: string;
  }[];
  readonly items: readonly PreviewedContainer[];
  /** Workloads of this part that follow one of the tags and that the user may not get, whatever would become of them. */
  readonly hidden: number;
}

/** A container that would have another image, or would have but for something. */
export interface PreviewedContainer {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly container: string;
  /** `[NAMESPACE/]STREAM:TAG` that the container follows. */
  readonly tag: string;
  /** As it stands; empty when absent. */
  readonly from: string;
  /** What it would have; absent where that may not be told. */
  readonly to?: string;
  readonly effect: string;
  /** One sentence, in the words of the Event that would tell it. */
  readonly message: string;
}

export function answerOf({ tags, images, hidden, next }: TriggerPreview): TagMovePreview {
  return {
    ...{ kind: 'TagMovePreview', apiVersion: 'imagestreams.io/v1alpha1' },
    metadata: next === undefined ? {} : { continue: cursorFor(next) },
    tags: tags.map(({ namespace, stream, tag, from, to }) => {
      return { namespace, name: `${stream}:${tag}`, ...(from === undefined ? {} : { from }), to };
    }),
    items: images.map(({ apiVersion, ...image }) => {
      const { follower, container, tag, from } = image;
      const { kind, namespace, name } = follower;
      const named = { apiVersion, kind: kind.kind, namespace, name, container: container.name };
      return { ...named, tag, from, ...outcomeOf(image) };
    }),
    hidden,
  };
}

const effects: Readonly<Record<MoveEffect, string>> = {
  RollsOut: 'it rolls out',
  TemplateChanges: 'its template changes, and what exists stays',
  Restarts: 'the kubelet restarts the container',
  Recreates: 'the Job is deleted and made anew',
};

function outcomeOf({
  container,
  tag,
  from,
  outcome,
}: PreviewedImage): Pick<PreviewedContainer, 'to' | 'effect' | 'message'> {
  switch (outcome.kind) {
    case 'Moves': {
      const { to, effect } = outcome;
      const before = from.trim() === '' ? '' : `, before that ${from}`;
      const what = `container "${container.name}" has ${to} from "${tag}" then${before}`;
      return { to, effect, message: `${what}: ${effects[effect]}` };
    }
    case 'Rests': {
      const { to, reason } = outcome.resting;
      return { to, effect: reason, message: restingNote(outcome.resting) ?? '' };
    }
    case 'NotAllowed':
    case 'Unknown':
      return { effect: outcome.kind, message: outcome.message };
  }
}
