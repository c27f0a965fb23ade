import { actingTriggers } from './acting.ts';
import type { HeldEntry } from './held.ts';
import { followedTag } from './plan-triggers.ts';
import { type Given, givenBy } from './tag-now.ts';
import type { Trigger } from './trigger.ts';
import type { TriggerWrite } from './trigger-write.ts';

/** A container with a trigger, in a write. */
export interface ContainerCase {
  readonly name: string;
  /** As sent. */
  readonly image: string;
  /** As stored; undefined for a container that was not there, or that was blank and so ran nothing. */
  readonly live: string | undefined;
  readonly changed: boolean;
  /** The write creates it, with its object or within one that is stored. */
  readonly created: boolean;
  readonly triggers: readonly Trigger[];
  /** The triggers follow something else than before, or are new, or one of them was paused or resumed. */
  readonly retriggered: boolean;
  readonly paused: boolean;
  /** The image is settled for good. */
  readonly fixed: boolean;
  /** As stored. */
  readonly hold: HeldEntry | undefined;
  /** The text that the manifest is known to have for the image; undefined when nobody knows. */
  readonly text: string | undefined;
  /** The same from now on, if this write holds the image: a whole manifest brings its own. */
  readonly textOnHold: string | undefined;
  /** The image stands for whatever the tag gives: blank, the tag's own name, or a text that stood for it before. */
  readonly placeholder: boolean;
  /** What those triggers give that are not paused. */
  readonly given: Given | undefined;
  /** The same when it is fired. */
  readonly givenOnFire: Given | undefined;
}

/** The cases of a write, in the order of the pod spec. @param deliberate the text of a manifest counts as set on purpose */
export function containerCases(write: TriggerWrite, deliberate: boolean): readonly ContainerCase[] {
  return Array.from(write.sent.images).flatMap(([name, image]) => {
    const triggers = write.sent.triggers.get(name);
    return triggers === undefined ? [] : [caseOf(name, image, triggers, write, deliberate)];
  });
}

function caseOf(
  name: string,
  image: string,
  triggers: readonly Trigger[],
  write: TriggerWrite,
  deliberate: boolean,
): ContainerCase {
  const { old, tag } = write;
  const before = old?.images.get(name);
  const [first] = triggers;
  const fixed = old !== undefined && first !== undefined && write.fixed(first.container);
  const active = actingTriggers(triggers, false);
  const isPaused = active.length === 0;
  // what rests is a trigger; without one the annotation says nothing
  const stored = old ?? (isMadeAnew(write) ? write.sent : undefined);
  const hold = stored?.triggers.has(name) === true ? stored.held.get(name) : undefined;
  const recorded = hold?.name ?? write.origins.old.get(name)?.name;
  const applied = write.applied.get(name);
  const text = recorded ?? applied ?? ownText(before);
  return {
    name,
    image,
    live: isBlank(before) ? undefined : before,
    changed: before !== image,
    created: before === undefined,
    triggers,
    retriggered: !sameTriggers(triggers, old?.triggers.get(name) ?? []),
    paused: fixed || isPaused,
    fixed,
    hold,
    text,
    textOnHold: deliberate ? text : image,
    placeholder:
      isBlank(image) ||
      triggers.some((trigger) => write.names(image, trigger)) ||
      // of a paused one only what is recorded: nothing stood for its image that apply would not put back
      (!deliberate &&
        !isResolved(name, image, write) &&
        (image === recorded || (!isPaused && image === applied))),
    given: givenBy(active, tag),
    givenOnFire: givenBy(actingTriggers(triggers, true), tag),
  };
}

/** The controller makes what was stored a moment ago, and says of it what was believed then. */
export function isMadeAnew({ old, writer }: Pick<TriggerWrite, 'old' | 'writer'>): boolean {
  return old === undefined && writer.kind === 'Controller';
}

/** An earlier call for this request put it in the place of a name, so that it is not the digest that the manifest may have had. */
function isResolved(name: string, image: string, { origins }: TriggerWrite): boolean {
  const [claim, stored] = [origins.sent.get(name), origins.old.get(name)];
  if (claim === undefined || claim.name === image || !isExact(image)) return false;
  return claim.name !== stored?.name || claim.imageStreamTag !== stored.imageStreamTag;
}

/** Names a digest, so it may be what a tag gave, and is not believed to be what a person wrote unless recorded as such. */
export function isExact(image: string): boolean {
  return image.includes('@');
}

export function isBlank(image: string | undefined): boolean {
  return image === undefined || image.trim() === '';
}

/** What is stored is the manifest's own text where no trigger can have put it there. */
function ownText(before: string | undefined): string | undefined {
  return before === undefined || isBlank(before) || isExact(before) ? undefined : before;
}

function sameTriggers(now: readonly Trigger[], before: readonly Trigger[]): boolean {
  return (
    now.length === before.length &&
    now.every((trigger, index) => {
      const other = before[index];
      return trigger.paused === other?.paused && followedTag(trigger) === followedTag(other);
    })
  );
}
