import { type ContainerCase, isExact } from './container-case.ts';
import type { HeldEntry } from './held.ts';
import { holdOfThisRequest, type Intent, isReleased, sameEntry } from './intent.ts';
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
 * - `Held`: as it was sent, and the trigger rests from now on. `Restored`: the trigger came back with an earlier state.
 * - `Written`: what the controller asks for.
 */
export type Ruling = {
  /** The streams must be asked for before this holds. */
  readonly ask?: boolean;
} & (
  | { readonly kind: 'Left'; readonly reason?: StayReason }
  | { readonly kind: 'Stays'; readonly reason: StayReason; readonly onPurpose: boolean }
  | { readonly kind: 'Given'; readonly given: Given; readonly image: string; readonly replaces: boolean }
  | { readonly kind: 'Held'; readonly reason: 'Set' | 'Restored'; readonly known: HeldEntry | undefined }
  | { readonly kind: 'Written'; readonly entry: TriggerStatusEntry }
);

const left: Ruling = { kind: 'Left' };

/** The first rule that matches, for one container with triggers; rule 1 is {@link rulingForController}. */
export function rulingForUser(each: ContainerCase, write: TriggerWrite, intent: Intent): Ruling {
  if (write.old === undefined) return onCreate(each);
  if (intent.fires && fires(each)) return following(each, each.givenByAll, 'Stays');
  const released = isReleased(each, write, intent);
  const held = each.hold !== undefined && !released;
  return each.changed
    ? onChangedImage(each, held, write, intent)
    : onSameImage(each, held, released, write, intent);
}

function fires({ fixed, changed, placeholder, image, givenByAll }: ContainerCase): boolean {
  return !fixed && (!changed || placeholder || image === givenByAll?.image);
}

/** Rule 1: the image that the controller's status names, for a trigger that acts or is fired; never a hold. */
export function rulingForController(
  { name, triggers, paused, fixed, hold }: ContainerCase,
  { sent, old }: TriggerWrite,
): Ruling {
  const entry = sent.status.containers.get(name);
  if (entry === undefined || entry.image === '' || old === undefined) return left;
  // it asks anew for what it wants; what stands there of old it may have given up, or sets itself
  if (sameEntry(entry, old.status.containers.get(name))) return left;
  const isFired =
    sent.fire !== undefined && sent.status.fired === sent.fire && old.status.fired !== sent.fire;
  if (fixed || ((paused || hold !== undefined) && !isFired)) return left;
  return triggers.some((trigger) => followedTag(trigger) === entry.tag) ? { kind: 'Written', entry } : left;
}

/** Rule 2. Nothing runs yet, so memory does, unless the image may be what another replica gave a moment ago. */
function onCreate({ given, image }: ContainerCase): Ruling {
  if (given === undefined) return left;
  const ask = !given.certain && (given.image === undefined || (isExact(image) && image !== given.image));
  if (given.image === undefined) return { ...left, ask };
  return { kind: 'Given', given, image: given.image, replaces: false, ask };
}

/** Rules 3 and 4; a hold that is taken away is as good as a trigger that is resumed. */
function onSameImage(
  each: ContainerCase,
  held: boolean,
  released: boolean,
  write: TriggerWrite,
  { restores }: Intent,
): Ruling {
  if (each.paused || held) return left;
  const known = each.hold === undefined ? holdOfThisRequest(each, write) : undefined;
  if (known !== undefined) return { kind: 'Held', reason: 'Restored', known };
  if (!each.retriggered && !released) return left;
  if (restores) return { kind: 'Held', reason: 'Restored', known };
  return following(each, each.given, 'Left');
}

/** Rules 5, 6 and 7. */
function onChangedImage(
  each: ContainerCase,
  held: boolean,
  write: TriggerWrite,
  { restores }: Intent,
): Ruling {
  const { given, paused, placeholder } = each;
  const follows = !placeholder && write.sent.follows;
  if (!placeholder && !follows) return onImageSetOnPurpose(each, held, write, restores);
  if (held || paused) return resting(each, held ? 'Held' : 'Paused', follows);
  return following(each, given, follows ? 'Left' : 'Stays', follows);
}

/** Rule 6. */
function onImageSetOnPurpose(
  each: ContainerCase,
  held: boolean,
  write: TriggerWrite,
  restores: boolean,
): Ruling {
  const { given, paused, image, retriggered } = each;
  const known = holdOfThisRequest(each, write);
  if (held) return { kind: 'Held', reason: 'Set', known };
  if (paused || given === undefined) return left;
  const comesBack = restores && retriggered;
  // what the tag gives anyway is no image of one's own: another call for this request may have set it
  if (given.image === image && given.certain && !comesBack) {
    return { kind: 'Given', given, image, replaces: false };
  }
  return { kind: 'Held', reason: comesBack ? 'Restored' : 'Set', known, ask: !given.certain };
}

function resting({ live }: ContainerCase, reason: StayReason, onPurpose: boolean): Ruling {
  return live === undefined ? left : { kind: 'Stays', reason, onPurpose };
}

/** The tag's image; where there is none, or what runs could be newer than what is known of it, the image that runs or was sent. */
function following(
  each: ContainerCase,
  given: Given | undefined,
  otherwise: 'Left' | 'Stays',
  replaces = false,
): Ruling {
  const { live, changed, image } = each;
  const stay = (reason: StayReason, ask: boolean): Ruling =>
    otherwise === 'Left' || live === undefined || !changed
      ? { kind: 'Left', reason, ask }
      : { kind: 'Stays', reason, onPurpose: false, ask };
  if (given === undefined) return left;
  if (given.image === undefined) return stay('NoImage', !given.certain);
  if (!given.certain && live !== undefined && given.image !== live) return stay('NotAsked', true);
  return { kind: 'Given', given, image: given.image, replaces: replaces && given.image !== image };
}
