import { type ContainerCase, isExact } from './container-case.ts';
import type { HeldEntry } from './held.ts';
import { type Intent, isFresh, isReleased, isToldRestored } from './intent.ts';
import { followedTag } from './plan-triggers.ts';
import type { Ruling } from './ruling.ts';
import type { Trigger } from './trigger.ts';
import type { TriggerStatus, TriggerStatusEntry } from './trigger-status.ts';
import type { ImageOrigin, TriggerWrite } from './trigger-write.ts';

/** The image that a container has after a ruling; of one that is left or held, before its name is resolved. */
export function imageAfter({ image, live }: ContainerCase, ruling: Ruling): string {
  switch (ruling.kind) {
    case 'Left':
      return image;
    case 'Stays':
      return live ?? image;
    case 'Given':
    case 'Held':
      return ruling.image;
    case 'Written':
      return ruling.entry.image;
  }
}

/** What `imagestreams.io/held` says of a container after a ruling. */
export function holdAfter(
  each: ContainerCase,
  ruling: Ruling,
  write: TriggerWrite,
  intent: Intent,
): HeldEntry | undefined {
  if (ruling.kind !== 'Held') return isReleased(each, write, intent) ? undefined : each.hold;
  if (ruling.known !== undefined) return ruling.known;
  const by = write.writer.kind === 'User' ? write.writer.name : '';
  const name = each.textOnHold;
  const isSame = each.hold?.image === ruling.image && each.hold.by === by;
  return {
    image: ruling.image,
    since: isSame ? each.hold.since : write.clock.time,
    reason: 'SetExplicitly',
    by,
    ...(name === undefined ? {} : { name }),
  };
}

/** What `imagestreams.io/trigger-status` says of a container after a ruling. */
export function statusAfter(
  each: ContainerCase,
  ruling: Ruling,
  write: TriggerWrite,
): TriggerStatusEntry | undefined {
  if (ruling.kind === 'Written') return ruling.entry;
  if (write.writer.kind === 'Controller' && ruling.kind !== 'Given') return toldByController(each, write);
  const { live, retriggered, triggers } = each;
  const before = write.old?.status.containers.get(each.name);
  const stored = before !== undefined && follows(each, before.tag) ? before : undefined;
  const given =
    ruling.kind === 'Given' ? { tag: followedTag(ruling.given.trigger), image: ruling.image } : undefined;
  if (given !== undefined && given.image !== live) return entry(each, given, write);
  if (stored !== undefined) return stored;
  // told from the first, so that an earlier state of the object can be told from this one
  const isNews = write.old === undefined || retriggered || ruling.kind === 'Held';
  if (!isNews) return undefined;
  return toldBefore(each, write) ?? entry(each, given ?? { tag: lastTag(triggers), image: '' }, write);
}

/** What an earlier call for this request told of an image that it left in place. */
function toldBefore(each: ContainerCase, { sent, clock }: TriggerWrite): TriggerStatusEntry | undefined {
  const told = sent.status.containers.get(each.name);
  const isTrue = told?.image === '' || told?.image === each.image;
  return isTrue && follows(each, told.tag) && isFresh(told.at, clock) ? told : undefined;
}

/** What a container's part of `imagestreams.io/resolved` must be; absent where it is decided as without triggers. */
export function originAfter(
  each: ContainerCase,
  ruling: Ruling,
  write: TriggerWrite,
  intent: Intent,
): { readonly origin: ImageOrigin | undefined } | undefined {
  const { name, image, text, live, placeholder, created } = each;
  const { origins } = write;
  if (ruling.kind === 'Held') return undefined;
  if (imageAfter(each, ruling) === live) {
    const kept = origins.old.get(name);
    // the hold alone knew the text, and it is over
    if (kept === undefined && isReleased(each, write, intent)) {
      return { origin: originNamed(each.hold?.name, lastTag(each.triggers)) };
    }
    return ruling.kind === 'Left' ? undefined : { origin: kept };
  }
  if (ruling.kind === 'Left') return undefined;
  if (ruling.kind === 'Written') return { origin: originNamed(text, ruling.entry.tag) };
  if (ruling.kind === 'Stays') return { origin: undefined };
  const tag = followedTag(ruling.given.trigger);
  const claim = origins.sent.get(name);
  // an earlier call for this request put the image there, and tells what it took the place of
  const isClaimed = image === ruling.image && claim !== undefined && follows(each, claim.imageStreamTag);
  // a text that stood for the tag once does so for good
  const written = created || placeholder || !isExact(image) ? image : undefined;
  const origin = isClaimed ? claim : { name: written, imageStreamTag: tag };
  return { origin: originNamed(text ?? origin.name, origin.imageStreamTag) };
}

/** `imagestreams.io/trigger-status` of the whole object, given what it says of its containers. */
export function statusOf(
  containers: ReadonlyMap<string, TriggerStatusEntry>,
  write: TriggerWrite,
  leftOpen: boolean,
  restores: boolean,
): TriggerStatus {
  const { sent, old, writer } = write;
  // what asked before there was a trigger asked nothing of it
  const isFirst = old === undefined || old.triggers.size === 0;
  const fired = answered(sent.fire, old?.fire, old?.status.fired, isFirst);
  const released = answered(sent.release, old?.release, old?.status.released, isFirst);
  const isController = writer.kind === 'Controller';
  const firesItself = isController && sent.fire !== undefined && sent.status.fired === sent.fire;
  // what could not be fired for want of an answer, or by a change, is left to the controller
  const isOpen = (isController && !firesItself) || leftOpen;
  const value = firesItself ? sent.fire : isOpen ? old?.status.fired : fired;
  return {
    containers,
    ...(value === undefined ? {} : { fired: value }),
    ...(released === undefined ? {} : { released }),
    ...restoredAt(write, restores),
  };
}

/** For another call for this request, which does not see the status that was sent; a client that says so itself says it again. */
function restoredAt({ sent, old, writer, clock }: TriggerWrite, restores: boolean) {
  const before = old?.status.restored;
  const told = sent.status.restored;
  const saysSo = writer.kind === 'User' && writer.restores;
  const now = isToldRestored(told, before, clock) ? told : clock.time;
  const restored = restores && !saysSo ? now : before;
  return restored === undefined ? {} : { restored };
}

/** The value that counts as answered from now on: the one asked for, however it was answered, or the last one. */
function answered(
  sent: string | undefined,
  before: string | undefined,
  stored: string | undefined,
  isFirst: boolean,
): string | undefined {
  return isFirst || sent !== before ? (sent ?? stored) : stored;
}

function lastTag(triggers: readonly Trigger[]): string {
  const last = triggers.at(-1);
  return last === undefined ? '' : followedTag(last);
}

function follows({ triggers }: ContainerCase, tag: string): boolean {
  return triggers.some((trigger) => followedTag(trigger) === tag);
}

function originNamed(name: string | undefined, imageStreamTag: string): ImageOrigin | undefined {
  return name === undefined ? undefined : { name, imageStreamTag };
}

function entry(
  each: ContainerCase,
  { tag, image }: { readonly tag: string; readonly image: string },
  { sent, clock }: TriggerWrite,
): TriggerStatusEntry {
  const known = sent.status.containers.get(each.name);
  // an earlier call for this request told it
  const isTold = known?.image === image && follows(each, known.tag) && isFresh(known.at, clock);
  return isTold ? known : { tag, image, at: clock.time };
}

/** The controller also tells why it can do nothing, and that this is over; an image that was not set is not told. */
function toldByController(each: ContainerCase, { sent, old }: TriggerWrite): TriggerStatusEntry | undefined {
  const { name, image } = each;
  const told = sent.status.containers.get(name);
  const isTrue = told === undefined || told.image === '' || told.image === image;
  const kept = isTrue ? told : old?.status.containers.get(name);
  return kept !== undefined && follows(each, kept.tag) ? kept : undefined;
}
