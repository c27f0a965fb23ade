import { type ContainerCase, isExact } from './container-case.ts';
import type { HeldEntry } from './held.ts';
import { holdOfThisRequest, type Intent, isFired, isReleased, sameEntry } from './intent.ts';
import { followedTag } from './plan-triggers.ts';
import type { Given } from './tag-now.ts';
import type { TriggerStatusEntry } from './trigger-status.ts';
import type { TriggerWrite } from './trigger-write.ts';

/** Why the image that runs stays although a write says something else. */
export type StayReason = 'Paused' | 'Held' | 'NoImage' | 'NotAsked';

/**
 * What a write makes of one container.
 * - `Left`: as it was sent.
 * - `Stays`: the stored image is put back.
 * - `Given`: the tag's image. `replaces`: in place of one that was set on purpose.
 * - `Held`: the trigger rests from now on. `Restored`: the trigger came back with an earlier state.
 * - `Written`: what the controller asks for.
 */
export type Ruling = {
  /** The streams must be asked for before this holds. */
  readonly ask?: boolean;
} & (
  | { readonly kind: 'Left'; readonly reason?: StayReason }
  | { readonly kind: 'Stays'; readonly reason: StayReason; readonly onPurpose: boolean }
  | { readonly kind: 'Given'; readonly given: Given; readonly image: string; readonly replaces: boolean }
  | {
      readonly kind: 'Held';
      readonly reason: 'Set' | 'Restored';
      readonly image: string;
      /** Decided by an earlier call for this request. */
      readonly known?: HeldEntry;
    }
  | { readonly kind: 'Written'; readonly entry: TriggerStatusEntry }
);

const left: Ruling = { kind: 'Left' };

/** The first rule that matches, for one container with triggers; rule 1 is {@link rulingForController}. */
export function rulingForUser(each: ContainerCase, write: TriggerWrite, intent: Intent): Ruling {
  if (isCreated(each, intent)) return onCreate(each);
  const known = holdOfThisRequest(each, write);
  if (known !== undefined) return { kind: 'Held', reason: 'Set', image: each.image, known };
  if (isFired(each, write, intent)) return following(each, each.givenOnFire, 'Stays', { surely: true });
  const released = isReleased(each, write, intent);
  const held = each.hold !== undefined && !released;
  if (intent.restores && each.retriggered && !each.paused && !held) {
    const back = comingBack(each);
    if (back !== undefined) return back;
  }
  return each.changed ? onChangedImage(each, held, write) : onSameImage(each, held, released);
}

/** A container that comes back with an earlier state was there before. */
function isCreated({ created, fixed, hold }: ContainerCase, { restores }: Intent): boolean {
  return created && !fixed && hold === undefined && !restores;
}

/** A trigger that comes back with an earlier state of the object does nothing until somebody wants it to. */
function comingBack({ placeholder, live, image, given }: ContainerCase): Ruling | undefined {
  // what runs nothing is better off with the tag's image, which another call for this request may have set
  if (live === undefined && (placeholder || given?.image === image)) return undefined;
  const ask = live === undefined && given?.certain === false;
  return { kind: 'Held', reason: 'Restored', image: placeholder && live !== undefined ? live : image, ask };
}

/**
 * Rule 1: the image that the controller's status names, for a trigger that acts or is fired; never a hold. What it makes anew gets what
 * the tag gives by then.
 */
export function rulingForController(each: ContainerCase, { sent, old }: TriggerWrite): Ruling {
  const { name, triggers, paused, fixed, hold } = each;
  if (old === undefined) return hold === undefined ? onCreate(each) : left;
  const entry = sent.status.containers.get(name);
  if (entry === undefined || entry.image === '') return left;
  // it asks anew for what it wants; what stands there of old it may have given up, or sets itself
  if (sameEntry(entry, old.status.containers.get(name))) return left;
  const isFired =
    sent.fire !== undefined && sent.status.fired === sent.fire && old.status.fired !== sent.fire;
  if (fixed || ((paused || hold !== undefined) && !isFired)) return left;
  return triggers.some((trigger) => followedTag(trigger) === entry.tag) ? { kind: 'Written', entry } : left;
}

/** Rule 2, for the containers that an update adds as well. Nothing runs yet, so memory does, unless the image may be what another replica gave a moment ago. */
function onCreate({ given, image }: ContainerCase): Ruling {
  if (given === undefined) return left;
  const ask = !given.certain && (given.image === undefined || (isExact(image) && image !== given.image));
  if (given.image === undefined) return { ...left, ask };
  return { kind: 'Given', given, image: given.image, replaces: false, ask };
}

/** Rules 3 and 4; a hold that is taken away is as good as a trigger that is resumed. */
function onSameImage(each: ContainerCase, held: boolean, released: boolean): Ruling {
  const { paused, retriggered, given } = each;
  if (paused || held) return left;
  return retriggered || released ? following(each, given, 'Left') : left;
}

/** Rules 5, 6 and 7. */
function onChangedImage(each: ContainerCase, held: boolean, write: TriggerWrite): Ruling {
  const { given, paused, placeholder } = each;
  const follows = !placeholder && write.sent.follows;
  if (!placeholder && !follows) return onImageSetOnPurpose(each, held);
  if (held || paused) return resting(each, held ? 'Held' : 'Paused', follows);
  // a digest may be what another replica gave a moment ago
  const options = { replaces: follows, surely: follows || isExact(each.image) };
  return following(each, given, follows ? 'Left' : 'Stays', options);
}

/** Rule 6. */
function onImageSetOnPurpose(each: ContainerCase, held: boolean): Ruling {
  const { given, paused, image, live } = each;
  if (!held && (paused || given === undefined)) return left;
  // what the tag gives anyway is no image of one's own: another call for this request may have set it
  if (!held && given?.image === image && (given.certain || live === undefined)) {
    return { kind: 'Given', given, image, replaces: false, ask: !given.certain };
  }
  return { kind: 'Held', reason: 'Set', image, ask: !held && given?.certain === false };
}

function resting({ live }: ContainerCase, reason: StayReason, onPurpose: boolean): Ruling {
  return live === undefined ? left : { kind: 'Stays', reason, onPurpose };
}

interface Following {
  /** In place of an image that was set on purpose. */
  readonly replaces?: boolean;
  /** Not even the image that runs is taken for the tag's unasked. */
  readonly surely?: boolean;
}

/** The tag's image; where there is none, or what runs could be newer than what is known of it, the image that runs or was sent. */
function following(
  each: ContainerCase,
  given: Given | undefined,
  otherwise: 'Left' | 'Stays',
  { replaces = false, surely = false }: Following = {},
): Ruling {
  const { live, changed, image } = each;
  const stay = (reason: StayReason, ask: boolean): Ruling =>
    otherwise === 'Left' || live === undefined || !changed
      ? { kind: 'Left', reason, ask }
      : { kind: 'Stays', reason, onPurpose: false, ask };
  if (given === undefined) return left;
  const isSure = given.certain || (!surely && given.image === live);
  // where nothing runs there is nothing to take away
  if (given.image === undefined || (!isSure && live !== undefined)) {
    return given.certain ? stay('NoImage', false) : stay('NotAsked', true);
  }
  return {
    kind: 'Given',
    given,
    image: given.image,
    replaces: replaces && given.image !== image,
    ask: !isSure,
  };
}
